"""The index on disk: generations, their manifests, tuned weights."""
