"""The pages of people at work: signing in, choosing a post, who holds which. All under `~desk`."""
