# To try things. Small, talkative, and easy to take down again.
environment         = "development"
deletion_protection = false
max_instances       = 2
takes_kept_days     = 30

settings = {
  LOG_LEVEL               = "DEBUG"
  VOICEBOOTH_MAX_COST_USD = "2"
}
