"""Where sessions live: the interface, worker processes on this machine, and the loop inside one."""
