"""How an index lies on disk: generations, their manifests, tuned weights."""
