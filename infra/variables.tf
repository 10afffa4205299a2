variable "alert_emails" {
  description = "Who is told of dead letters, of a key that is due, and of the budget (of that the first five by the alphabet). Nobody by default."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.alert_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", address))])
    error_message = "Each of alert_emails must be an e-mail address."
  }
}

variable "allow_unauthenticated" {
  description = "Let anybody call the service without signing in. Whoever can call it spends your money."
  type        = bool
  default     = false
  nullable    = false
}

variable "budget" {
  description = "A monthly budget that warns at 50, 90 and 100 %: the billing account (0X0X0X-0X0X0X-0X0X0X) and the amount in whole units of the billing account's currency. Null for none."
  type = object({
    billing_account = string
    amount          = number
  })
  default = null

  validation {
    condition     = var.budget == null || try(can(regex("^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$", var.budget.billing_account)) && var.budget.amount >= 1 && floor(var.budget.amount) == var.budget.amount, false)
    error_message = "The budget needs a billing_account such as 0X0X0X-0X0X0X-0X0X0X (`gcloud billing accounts list` shows yours), and amount, a whole number from 1 on."
  }
}

variable "cors_origins" {
  description = "Web pages that may play episodes from the buckets, such as https://example.org. None by default."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for origin in var.cors_origins : can(regex("^https?://[^/\\s*]+$", origin))])
    error_message = "Each of cors_origins must be a scheme and a host, without a path or a star, such as https://example.org."
  }
}

variable "cpu" {
  description = "CPUs of an instance."
  type        = string
  default     = "2"
  nullable    = false

  validation {
    condition     = contains(["1", "2", "4", "6", "8"], var.cpu)
    error_message = "The cpu must be 1, 2, 4, 6 or 8."
  }
}

variable "create_api_key" {
  description = "Let Terraform make the Gemini API key and store it, instead of gemini_api_key. Its value then lies in the state; infra/scripts/rotate-key.sh makes one without."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.create_api_key || var.gemini_access == "key"
    error_message = "There is no API key to create when gemini_access is keyless."
  }
}

variable "customer_managed_encryption" {
  description = "Encrypt buckets, topics and the secret with a key of your own, which rotates every 90 days."
  type        = bool
  default     = false
  nullable    = false
}

variable "deletion_protection" {
  description = "Refuse to destroy the service and the secret. To tear down, apply with false first."
  type        = bool
  default     = true
  nullable    = false
}

variable "edge" {
  description = "A public address: an HTTPS load balancer for these domains, with a limit of requests a minute for each client. Null for none."
  type = object({
    domains                    = set(string)
    client_requests_per_minute = optional(number, 300)
    preview_owasp_rules        = optional(bool, false)
  })
  default = null

  validation {
    condition     = var.edge == null || try(length(var.edge.domains) >= 1 && length(var.edge.domains) <= 100 && var.edge.client_requests_per_minute >= 1 && var.edge.client_requests_per_minute <= 1000000 && floor(var.edge.client_requests_per_minute) == var.edge.client_requests_per_minute && alltrue([for domain in var.edge.domains : length(domain) <= 63 && can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]*[a-z0-9])?$", domain))]), false)
    error_message = "The edge needs 1 to 100 domains such as example.org (lower case, at most 63 characters, no star, scheme or path), and client_requests_per_minute, a whole number from 1 to 1000000."
  }

  validation {
    condition     = var.edge == null || (var.image != null && var.ingress == "load-balancer")
    error_message = "An edge needs an image, since a function's address does not stay, and ingress = load-balancer, since other ways in would pass by its limits."
  }
}

variable "environment" {
  description = "Which environment this is: development, staging or production."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["development", "staging", "production"], var.environment)
    error_message = "The environment must be development, staging or production."
  }
}

variable "extra_regions" {
  description = "More regions that run the service behind the edge. Events go to the region alone."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.extra_regions) == 0 || (var.image != null && var.edge != null)
    error_message = "More regions need an image and an edge: a function is built for one region, and without an edge nothing leads to the others."
  }

  validation {
    condition     = alltrue([for region in var.extra_regions : can(regex("^[a-z]+-[a-z]+[0-9]+$", region)) && region != var.region])
    error_message = "The extra_regions must look like europe-west1 and must not repeat the region."
  }
}

variable "gemini_access" {
  description = "How Gemini is called: with an API key from Secret Manager (key), or as the service account through Vertex AI (keyless)."
  type        = string
  default     = "key"
  nullable    = false

  validation {
    condition     = contains(["key", "keyless"], var.gemini_access)
    error_message = "The gemini_access must be key or keyless."
  }
}

variable "gemini_api_key" {
  description = "The Gemini API key, if Terraform is to store it: through TF_VAR_gemini_api_key. Without gemini_api_key_version it is ignored. It reaches neither plan nor state. Null to add it by infra/scripts/rotate-key.sh."
  type        = string
  default     = null
  ephemeral   = true
  sensitive   = true
}

variable "gemini_api_key_version" {
  description = "Counts the keys given by gemini_api_key, of which none is stored without it: raise it (\"1\", \"2\", …) to store another. Null while the key comes another way."
  type        = string
  default     = null

  validation {
    condition     = var.gemini_api_key_version == null || (can(regex("^[1-9][0-9]*$", var.gemini_api_key_version)) && var.gemini_access == "key")
    error_message = "The gemini_api_key_version must be a whole number such as \"1\", and makes no sense when gemini_access is keyless."
  }
}

variable "image" {
  description = "The container by digest, such as europe-west1-docker.pkg.dev/p/voicebooth/voicebooth@sha256:…. Null to have a function built from this folder's code."
  type        = string
  default     = null

  validation {
    condition     = var.image == null || can(regex("^[a-z0-9][a-z0-9./_-]*@sha256:[0-9a-f]{64}$", var.image))
    error_message = "The image must be named by digest: REGISTRY/NAME@sha256:… with 64 hexadecimal digits."
  }
}

variable "image_readers" {
  description = "Other projects, by id, with their number, whose Cloud Run and deployer may pull images from this project's registry."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for project, number in var.image_readers : can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", project)) && can(regex("^[0-9]{6,20}$", number))])
    error_message = "The image_readers must be projects' ids with their numbers; `gcloud projects describe PROJECT` shows both."
  }
}

variable "image_signatures" {
  description = "What becomes of an image without the pipeline's signature: off lets it run, audit lets it run and logs it, enforce refuses it."
  type        = string
  default     = "off"
  nullable    = false

  validation {
    condition     = contains(["off", "audit", "enforce"], var.image_signatures)
    error_message = "The image_signatures must be off, audit or enforce."
  }

  validation {
    condition     = var.image_signatures == "off" || var.pipeline_home || var.pipeline_account != null
    error_message = "Signatures need a pipeline that signs: set pipeline_home or pipeline_account."
  }
}

variable "ingress" {
  description = "From where the service can be reached: internal (Pub/Sub and Cloud Tasks of this project), load-balancer (these and the edge) or all. Callers must sign in in any case."
  type        = string
  default     = "internal"
  nullable    = false

  validation {
    condition     = contains(["internal", "load-balancer", "all"], var.ingress)
    error_message = "The ingress must be internal, load-balancer or all."
  }
}

variable "labels" {
  description = "More labels for everything, beside application, environment and managed-by."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.labels : can(regex("^[a-z][a-z0-9_-]{0,62}$", key)) && can(regex("^[a-z0-9_-]{0,63}$", value))])
    error_message = "The labels must be of lower-case letters, digits, - and _, at most 63, and their keys begin with a letter."
  }
}

variable "max_delivery_attempts" {
  description = "How often a script is delivered before it becomes a dead letter. A long episode needs one for every 500 seconds of work; 50 last about eight hours."
  type        = number
  default     = 50
  nullable    = false

  validation {
    condition     = var.max_delivery_attempts >= 5 && var.max_delivery_attempts <= 100 && floor(var.max_delivery_attempts) == var.max_delivery_attempts
    error_message = "The max_delivery_attempts must be a whole number from 5 to 100."
  }
}

variable "max_instances" {
  description = "How many instances run at most, in each region."
  type        = number
  default     = 4
  nullable    = false

  validation {
    condition     = var.max_instances >= 1 && var.max_instances <= 100 && floor(var.max_instances) == var.max_instances
    error_message = "The max_instances must be a whole number from 1 to 100."
  }
}

variable "memory" {
  description = "Memory of an instance, files in /tmp included."
  type        = string
  default     = "2Gi"
  nullable    = false

  validation {
    condition     = contains(["1Gi", "2Gi", "4Gi", "8Gi", "16Gi"], var.memory)
    error_message = "The memory must be 1Gi, 2Gi, 4Gi, 8Gi or 16Gi."
  }

  validation {
    condition     = !(var.cpu == "4" && var.memory == "1Gi") && !(contains(["6", "8"], var.cpu) && contains(["1Gi", "2Gi"], var.memory)) && !(var.memory == "8Gi" && var.cpu == "1") && !(var.memory == "16Gi" && contains(["1", "2"], var.cpu))
    error_message = "Four CPUs need 2Gi of memory, six and eight need 4Gi; 8Gi need two CPUs, 16Gi need four."
  }
}

variable "min_instances" {
  description = "How many instances are kept warm. Each is billed while it waits."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.min_instances >= 0 && var.min_instances <= var.max_instances && floor(var.min_instances) == var.min_instances
    error_message = "The min_instances must be a whole number from 0 to max_instances."
  }
}

variable "pipeline_account" {
  description = "E-mail of the account that runs the pipeline in another project and may act as the deployer here. Null if there is none."
  type        = string
  default     = null

  validation {
    condition     = var.pipeline_account == null || can(regex("^[^@\\s]+@[^@\\s]+\\.gserviceaccount\\.com$", var.pipeline_account))
    error_message = "The pipeline_account must be the e-mail of a service account."
  }

  validation {
    condition     = var.pipeline_account == null || !var.pipeline_home
    error_message = "The pipeline is either at home here, or its account is another project's."
  }
}

variable "pipeline_home" {
  description = "Whether the pipeline runs in this project: its builder then scans, signs, and acts as the deployer."
  type        = bool
  default     = false
  nullable    = false
}

variable "prefix" {
  description = "What every name begins with."
  type        = string
  default     = "voicebooth"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,15}[a-z0-9]$", var.prefix))
    error_message = "The prefix must be 3 to 17 lower-case letters, digits and hyphens, and begin with a letter."
  }
}

variable "project" {
  description = "Id of the Google Cloud project, one for each environment."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "The project must be a project's id: 6 to 30 lower-case letters, digits and hyphens."
  }
}

variable "public_bucket" {
  description = "Make a bucket that the whole world can read, for a show's feed and its audio. Nothing is copied there by itself."
  type        = bool
  default     = false
  nullable    = false
}

variable "region" {
  description = "The region of everything that has one, such as europe-west1."
  type        = string
  default     = "europe-west1"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "The region must look like europe-west1."
  }
}

variable "requests_per_minute" {
  description = "Requests a minute to the speech model that the project's quota allows; all instances together keep to 80 % of it. Null to slow down only when Gemini says so."
  type        = number
  default     = null

  validation {
    condition     = var.requests_per_minute == null || try(var.requests_per_minute * 0.8 >= var.max_instances * (1 + length(var.extra_regions)) && var.requests_per_minute <= 37500, false)
    error_message = "The requests_per_minute must leave each of max_instances in each region one request a minute of 80 % of it, and be at most 37500."
  }
}

variable "secret_rotation_days" {
  description = "After how many days it is time for another Gemini API key."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.secret_rotation_days >= 1 && var.secret_rotation_days <= 3650 && floor(var.secret_rotation_days) == var.secret_rotation_days
    error_message = "The secret_rotation_days must be a whole number from 1 to 3650."
  }
}

variable "settings" {
  description = "More settings of voicebooth, as docs/settings.md names them, such as { LOG_LEVEL = \"DEBUG\" }."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.settings) : can(regex("^(VOICEBOOTH_[A-Z_]+|LOG_LEVEL|GEMINI_TTS_MODEL|GOOGLE_CLOUD_LOCATION|GOOGLE_GEMINI_BASE_URL)$", name)) && !contains(["VOICEBOOTH_DEADLINE_S", "VOICEBOOTH_REQUESTS_PER_MINUTE"], name)])
    error_message = "The settings take VOICEBOOTH_…, LOG_LEVEL, GEMINI_TTS_MODEL, GOOGLE_CLOUD_LOCATION and GOOGLE_GEMINI_BASE_URL. Buckets, key, deadline and requests per minute follow from other variables."
  }
}

variable "smoke_tests" {
  description = "Let the deployer upload scripts, read and remove episodes, and call the service, to prove a new revision."
  type        = bool
  default     = false
  nullable    = false
}

variable "takes_kept_days" {
  description = "For how many days a take is kept. A script that changes later is voiced and paid for anew."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.takes_kept_days >= 7 && floor(var.takes_kept_days) == var.takes_kept_days
    error_message = "The takes_kept_days must be a whole number, at least 7: a dead letter may be replayed as late as that."
  }
}
