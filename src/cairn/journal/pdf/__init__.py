"""PDFs, made anew from their pages in a process of its own: nothing else that they held comes along."""
