"""Pipelines of GitLab CI: check, diff, rendering for bots, and Terraform in a child pipeline.

The jobs of a pipeline cannot be given tokens of different power, as on GitHub: whatever a branch
runs reads all variables of the project that are not protected. So nothing here needs a secret.
"""

from compiler.scaffold.install import Install
from compiler.scaffold.template import filled, program


def files(install: Install) -> dict[str, str]:
    """Path -> text."""
    marks = {
        "origin": install.origin(),
        "install": install.commands("/tmp/portico"),
        "changed_roots": program("changed_roots"),
        "gitlab_jobs": program("gitlab_jobs"),
        "gitlab_note": program("gitlab_note"),
    }
    return {
        ".gitlab-ci.yml": filled(_PIPELINE, marks),
        ".gitlab/terraform.yml": filled(_TERRAFORM, marks),
    }


_PIPELINE = r"""@origin@

workflow:
  auto_cancel:
    on_new_commit: interruptible
  rules:
  - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  # Branches of bots, which change specs and cannot compile.
  - if: $CI_COMMIT_BRANCH =~ /^(dependabot|flux|renovate)\//

stages: [check, report, terraform]

default:
  image: python:3.13

variables:
  GIT_DEPTH: "0" # portico diff and the rule on promotion read the history
  PIP_DISABLE_PIP_VERSION_CHECK: "1"
  PIP_ROOT_USER_ACTION: ignore

.portico:
  stage: check
  interruptible: true
  timeout: 15 minutes
  before_script:
  - |
    @install@

.base: &base
- |
  # What the change is compared with. A merge result has the target branch as first parent.
  case ${CI_MERGE_REQUEST_EVENT_TYPE:-} in
    "") export BASE="$CI_COMMIT_BEFORE_SHA" ;;
    detached) export BASE="$CI_MERGE_REQUEST_DIFF_BASE_SHA" ;;
    *) export BASE=HEAD^1 ;;
  esac

check:
  extends: .portico
  rules:
  - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  - if: $CI_PIPELINE_SOURCE == "pipeline" # started by the job `render`
  script:
  - portico check --output gitlab=check.json --output junit=check.xml
  artifacts:
    when: always
    expire_in: 1 week
    reports:
      codequality: check.json
      junit: check.xml

diff:
  extends: .portico
  rules:
  - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  script:
  - *base
  - |
    git update-ref "refs/heads/$CI_MERGE_REQUEST_TARGET_BRANCH_NAME" "$BASE"
    # Exit code 1 names a risk, which people decide on; 2 means that nothing was compared.
    portico diff "$CI_MERGE_REQUEST_TARGET_BRANCH_NAME" --format markdown \
      --output json=diff.json > diff.md || [ $? -eq 1 ]
    cat diff.md
  artifacts:
    expose_as: Portico diff
    expire_in: 1 week
    paths: [diff.md, diff.json]

# Only with a project access token, because the token of a job cannot write notes. Without one the
# merge request shows a link to the file diff.md.
note:
  stage: report
  interruptible: true
  timeout: 5 minutes
  needs: [diff]
  rules:
  - if: >-
      $PORTICO_NOTE_TOKEN && $CI_PIPELINE_SOURCE == "merge_request_event"
      && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID
  variables:
    GIT_STRATEGY: none # nothing of the branch is run here
  script:
  - |
    python - << 'PYTHON'
    @gitlab_note@
    PYTHON

render:
  extends: .portico
  rules:
  - if: >-
      $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH =~ /^(dependabot|flux|renovate)\//
  script:
  - |
    portico compile
    git add --all -- rendered ':(glob)environments/*.placement.yaml'
    if git diff --cached --quiet; then exit 0; fi
    git config user.name portico
    git config user.email "portico@$CI_SERVER_HOST"
    git commit --quiet --message 'portico compile'
    # Needs Settings > CI/CD > Job token permissions > Allow Git push requests to the repository.
    git push --quiet "$CI_REPOSITORY_URL" "HEAD:refs/heads/$CI_COMMIT_BRANCH"
    # GitLab starts no pipeline for a push with this token, so nothing goes round in circles, and
    # nothing checks the new commit either. This does.
    curl --fail --silent --show-error --output /dev/null --form "token=$CI_JOB_TOKEN" \
      --form "ref=$CI_COMMIT_BRANCH" "$CI_API_V4_URL/projects/$CI_PROJECT_ID/trigger/pipeline"

.terraform:
  rules:
  - if: $PORTICO_PLAN_ROLES == null || $PORTICO_PLAN_ROLES == ""
    when: never
  - if: $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID # a fork gets no token for AWS
    changes: &roots [rendered/*/terraform/**/*]
  - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE == "push"
    changes: *roots
  - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE == "web"

roots:
  extends: .terraform
  stage: check
  interruptible: true
  timeout: 5 minutes
  script:
  - *base
  - |
    export OUTPUT=roots.json ROOTS=roots.json PLAN_ROLES="$PORTICO_PLAN_ROLES" APPLY_ROLES=
    if [ "${CI_COMMIT_BRANCH:-}" = "$CI_DEFAULT_BRANCH" ]; then
      APPLY_ROLES=${PORTICO_APPLY_ROLES:-}
    fi
    python - << 'PYTHON'
    @changed_roots@
    PYTHON
    python - << 'PYTHON'
    @gitlab_jobs@
    PYTHON
  artifacts:
    expire_in: 1 week
    paths: [terraform.yml]

terraform:
  extends: .terraform
  stage: terraform
  # check is first: it refuses Terraform files that were not compiled, which could run programs.
  needs: [check, roots]
  trigger:
    include:
    - artifact: terraform.yml
      job: roots
    strategy: depend
"""

_TERRAFORM = r"""@origin@

# The child pipeline that plans and applies: the job `roots` adds a job for each root that changed.
workflow:
  rules:
  - when: always

stages: [plan, apply]

.terraform:
  image:
    name: hashicorp/terraform:1.11.4
    entrypoint: [""]
  id_tokens:
    AWS_TOKEN:
      aud: sts.amazonaws.com
  variables:
    AWS_ROLE_SESSION_NAME: portico-$CI_JOB_ID
    AWS_WEB_IDENTITY_TOKEN_FILE: /tmp/aws-token
    TF_IN_AUTOMATION: "1"
  before_script:
  - |
    printf '%s' "$AWS_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE"
    cd "rendered/$ENVIRONMENT/terraform"
    terraform init -input=false

.plan:
  extends: .terraform
  stage: plan
  interruptible: true
  timeout: 30 minutes
  rules:
  - when: on_success
  script:
  # A role that only reads cannot lock the state. A plan that went stale is never applied.
  - terraform plan -input=false -lock=false -out="$CI_PROJECT_DIR/terraform.plan"
  artifacts:
    name: plan-$ENVIRONMENT
    access: developer
    expire_in: 1 week
    paths: [terraform.plan]

.apply:
  extends: .terraform
  stage: apply
  interruptible: false
  timeout: 2 hours
  rules:
  - when: manual # where a person approves what `plan` says
    allow_failure: true
  script:
  # The plan that was approved, and nothing else: Terraform refuses it if the state moved on.
  - terraform apply -input=false "$CI_PROJECT_DIR/terraform.plan"
"""
