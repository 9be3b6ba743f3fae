"""The routes: thin, one resource a file. Parse, find the session, ask its worker, pass on."""
