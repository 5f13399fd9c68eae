"""How an answer goes out: JSON, errors, entity tags, headers, compression, and foreign text made safe."""
