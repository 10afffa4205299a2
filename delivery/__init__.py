"""From a commit to production: what the steps of cloudbuild.yaml run, here as there. See docs/ship.md.

Nothing but the standard library and the programs gcloud, docker and terraform, so that every step's image can run it.
"""
