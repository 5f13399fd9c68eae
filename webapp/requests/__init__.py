"""How a request is read: its limits, the parameters of its address, its JSON body."""
