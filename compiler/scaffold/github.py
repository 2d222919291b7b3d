"""Workflows of GitHub Actions: check, diff and Terraform in one, rendering for bots in another.

Jobs that run code of a pull request (rules in `policies/` are Python) hold a token that reads, and
what they made comes to the jobs that may write as a file. Nothing from an event stands inside a
script: it could hold shell.
"""

from compiler.scaffold.install import Install
from compiler.scaffold.template import filled, program

# https://github.com/<action>/releases; a tag can be moved to other code, a commit cannot.
_CHECKOUT = "actions/checkout@df4cb1c069e1874edd31b4311f1884172cec0e10 # v6.0.3"
_PYTHON = "actions/setup-python@a309ff8b426b58ec0e2a45f0f869d46889d02405 # v6.2.0"
_UPLOAD = "actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1"
_DOWNLOAD = "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1"
_SARIF = "github/codeql-action/upload-sarif@1c5b675653bb5c22dbe9b12b556ec555138e09fd # v4.38.1"
_TERRAFORM = "hashicorp/setup-terraform@dfe3c3f87815947d99a8997f908cb6525fc44e9e # v4.0.1"
_AWS = "aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3"


def files(install: Install) -> dict[str, str]:
    """Path -> text."""
    marks = {
        "origin": install.origin(),
        "install": install.commands("$RUNNER_TEMP/portico"),
        "changed_roots": program("changed_roots"),
    }
    return {
        ".github/workflows/portico.yml": filled(_pinned(_PORTICO), marks),
        ".github/workflows/portico-render.yml": filled(_pinned(_RENDER), marks),
    }


def _pinned(text: str) -> str:
    """The text with each action at its commit."""
    for action in (_CHECKOUT, _PYTHON, _UPLOAD, _DOWNLOAD, _SARIF, _TERRAFORM, _AWS):
        name = action.partition("@")[0]
        text = text.replace(f"uses: {name}\n", f"uses: {action}\n")
    return text


_PORTICO = r"""@origin@
name: portico

on:
  pull_request:
  merge_group:
  push:
    branches: [main]
  # By hand, on main: every Terraform root is planned.
  workflow_dispatch:

permissions: {}

defaults:
  run:
    shell: bash # with pipefail, unlike the shell that GitHub takes otherwise

concurrency:
  # A new commit of a pull request ends the run of the one before. Any other run has a group of its
  # own, and is never ended by another.
  group: portico-${{ github.event.pull_request.number || github.run_id }}
  cancel-in-progress: true

jobs:
  check:
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    permissions:
      contents: read
    steps:
    - uses: actions/checkout
      with:
        fetch-depth: 0 # the rule on promotion reads the history
        persist-credentials: false
    - uses: actions/setup-python
      with:
        python-version: "3.13"
    - name: Install Portico
      run: |
        @install@
    - name: Check
      run: portico check --format github --output "sarif=$RUNNER_TEMP/check.sarif"
    - uses: actions/upload-artifact
      if: ${{ !cancelled() }}
      with:
        name: check
        path: ${{ runner.temp }}/check.sarif
        retention-days: 7

  code-scanning:
    needs: check
    # Private repositories need GitHub Code Security. The token of a fork's pull request only reads.
    if: >-
      ${{ !cancelled()
      && (github.event.repository.visibility == 'public' || vars.PORTICO_CODE_SCANNING == 'true')
      && (github.event_name == 'push'
      || github.event.pull_request.head.repo.full_name == github.repository) }}
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      actions: read # private repositories only
      contents: read
      security-events: write # takes the findings
    steps:
    # Nothing of it is run: findings are compared with it.
    - uses: actions/checkout
      with:
        persist-credentials: false
    - uses: actions/download-artifact
      with:
        name: check
        path: ${{ runner.temp }}
    - uses: github/codeql-action/upload-sarif
      with:
        sarif_file: ${{ runner.temp }}/check.sarif
        category: portico

  diff:
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    permissions:
      contents: read
    steps:
    - uses: actions/checkout
      with:
        fetch-depth: 0 # portico diff refuses a shallow clone
        persist-credentials: false
    - uses: actions/setup-python
      with:
        python-version: "3.13"
    - name: Install Portico
      run: |
        @install@
    - name: Compare
      env:
        BASE: ${{ github.base_ref }}
      run: |
        # What is checked out is the merge, and its first parent is what it would be merged into.
        git update-ref "refs/heads/$BASE" HEAD^1
        # Exit code 1 names a risk, which people decide on; 2 means that nothing was compared.
        portico diff "$BASE" --format markdown --output "json=$RUNNER_TEMP/diff.json" \
          > "$RUNNER_TEMP/diff.md" || [[ $? -eq 1 ]]
        cat "$RUNNER_TEMP/diff.md" >> "$GITHUB_STEP_SUMMARY"
    - uses: actions/upload-artifact
      with:
        name: diff
        path: |
          ${{ runner.temp }}/diff.json
          ${{ runner.temp }}/diff.md
        retention-days: 7

  comment:
    needs: diff
    # The token of a fork's pull request only reads: its diff is in the summary of the run.
    if: github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      pull-requests: write # writes the comment
    steps:
    - uses: actions/download-artifact
      with:
        name: diff
        path: ${{ runner.temp }}
    - name: Comment
      env:
        GH_TOKEN: ${{ github.token }}
        NUMBER: ${{ github.event.pull_request.number }}
      run: |
        mine='.[] | select(.user.login == "github-actions[bot]")
          | select(.body | startswith("<!-- portico diff -->")) | .id'
        comments="repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments"
        found=$(gh api --paginate "$comments?per_page=100" --jq "$mine")
        told='.error or .summary.changes > 0 or .summary.errors + .summary.warnings > 0'
        if [[ -n $found ]]; then
          gh api --silent --method PATCH \
            "repos/$GITHUB_REPOSITORY/issues/comments/${found%%$'\n'*}" \
            --field "body=@$RUNNER_TEMP/diff.md"
        elif jq --exit-status "$told" "$RUNNER_TEMP/diff.json" > /dev/null; then
          gh api --silent --method POST "$comments" --field "body=@$RUNNER_TEMP/diff.md"
        fi

  roots:
    # A fork's pull request gets no token for AWS.
    if: >-
      vars.PORTICO_PLAN_ROLES != '' && (github.ref == 'refs/heads/main'
      || github.event.pull_request.head.repo.full_name == github.repository)
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      actions: read # what protects an environment
      contents: read
    outputs:
      plan: ${{ steps.roots.outputs.plan }}
      apply: ${{ steps.roots.outputs.apply }}
    steps:
    - uses: actions/checkout
      with:
        fetch-depth: 0
        persist-credentials: false
    - name: Find the Terraform roots that changed
      shell: python
      env:
        # Of a pull request the merge is checked out, whose first parent is what it merges into.
        BASE: ${{ github.event_name == 'pull_request' && 'HEAD^1' || github.event.before }}
        PLAN_ROLES: ${{ vars.PORTICO_PLAN_ROLES }}
        APPLY_ROLES: ${{ vars.PORTICO_APPLY_ROLES }}
        OUTPUT: ${{ runner.temp }}/roots.json
      run: |
        @changed_roots@
    - name: Refuse to apply what nobody approves
      if: github.ref == 'refs/heads/main'
      env:
        GH_TOKEN: ${{ github.token }}
      run: |
        for environment in $(jq --raw-output '.apply[].environment' "$RUNNER_TEMP/roots.json"); do
          # An environment that a job names and that is not there is made by GitHub, unprotected.
          rules=$(gh api "repos/$GITHUB_REPOSITORY/environments/$environment" \
            --jq '.protection_rules[].type' || true)
          if [[ ! $rules =~ required_reviewers ]]; then
            echo "::error::the GitHub environment $environment has no required reviewers:" \
              "set them up, or leave $environment out of PORTICO_APPLY_ROLES"
            exit 1
          fi
        done
    - name: Hand them on
      id: roots
      run: |
        for kind in plan apply; do
          echo "$kind=$(jq --compact-output ".$kind" "$RUNNER_TEMP/roots.json")" >> "$GITHUB_OUTPUT"
        done

  plan:
    name: plan ${{ matrix.environment }}
    # check is first: it refuses Terraform files that were not compiled, which could run programs.
    needs: [check, roots]
    if: needs.roots.outputs.plan != '[]'
    strategy:
      fail-fast: false
      matrix:
        include: ${{ fromJSON(needs.roots.outputs.plan) }}
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    permissions:
      contents: read
      id-token: write # for AWS
    steps:
    - uses: actions/checkout
      with:
        persist-credentials: false
    - uses: hashicorp/setup-terraform
      with:
        terraform_version: "1.11.4"
        terraform_wrapper: false
    - uses: aws-actions/configure-aws-credentials
      with:
        role-to-assume: ${{ matrix.role }}
        role-session-name: portico-plan-${{ github.run_id }}
        aws-region: ${{ matrix.region }}
    - name: Plan
      working-directory: rendered/${{ matrix.environment }}/terraform
      env:
        ENVIRONMENT: ${{ matrix.environment }}
        TF_IN_AUTOMATION: "1"
      run: |
        terraform init -input=false
        # A role that only reads cannot lock the state. A plan that went stale is never applied.
        terraform plan -input=false -lock=false -out="$RUNNER_TEMP/terraform.plan"
        terraform show -no-color "$RUNNER_TEMP/terraform.plan" > "$RUNNER_TEMP/plan.txt"
        printf '### Terraform plan of %s\n\n' "$ENVIRONMENT" >> "$GITHUB_STEP_SUMMARY"
        # A summary has 1 MiB. Indented text is code, and no text of a plan can end it.
        sed 's/^/    /' "$RUNNER_TEMP/plan.txt" > "$RUNNER_TEMP/plan.md"
        if (($(wc --bytes < "$RUNNER_TEMP/plan.md") < 1000000)); then
          cat "$RUNNER_TEMP/plan.md" >> "$GITHUB_STEP_SUMMARY"
        else
          echo 'It is too long for this page: the log has it.' >> "$GITHUB_STEP_SUMMARY"
        fi
    - uses: actions/upload-artifact
      if: github.ref == 'refs/heads/main'
      with:
        name: plan-${{ matrix.environment }}
        path: ${{ runner.temp }}/terraform.plan
        retention-days: 7

  planned:
    # To be required: the names of the jobs above depend on what changed. Skipped means passed.
    needs: [roots, plan]
    if: failure()
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions: {}
    steps:
    - name: Say so
      run: |
        echo '::error::a Terraform root could not be planned'
        exit 1

  apply:
    name: apply ${{ matrix.environment }}
    needs: [roots, plan]
    if: github.ref == 'refs/heads/main' && needs.roots.outputs.apply != '[]'
    strategy:
      fail-fast: false
      matrix:
        include: ${{ fromJSON(needs.roots.outputs.apply) }}
    environment: ${{ matrix.environment }} # where a person approves what `plan` says
    concurrency:
      group: portico-apply-${{ matrix.environment }}
      cancel-in-progress: false
    runs-on: ubuntu-24.04
    timeout-minutes: 120
    permissions:
      contents: read
      id-token: write # for AWS
    steps:
    - uses: actions/checkout
      with:
        persist-credentials: false
    - uses: hashicorp/setup-terraform
      with:
        terraform_version: "1.11.4"
        terraform_wrapper: false
    - uses: actions/download-artifact
      with:
        name: plan-${{ matrix.environment }}
        path: ${{ runner.temp }}
    - uses: aws-actions/configure-aws-credentials
      with:
        role-to-assume: ${{ matrix.role }}
        role-session-name: portico-apply-${{ github.run_id }}
        aws-region: ${{ matrix.region }}
    - name: Apply
      working-directory: rendered/${{ matrix.environment }}/terraform
      env:
        TF_IN_AUTOMATION: "1"
      run: |
        terraform init -input=false
        # The plan that was approved, and nothing else: Terraform refuses it if the state moved on.
        terraform apply -input=false "$RUNNER_TEMP/terraform.plan"
"""

_RENDER = r"""@origin@
name: portico render

# Bots change specs and cannot compile: rendered/ is committed for them.
on:
  push:
    branches: ["dependabot/**", "flux/**", "renovate/**"]

permissions: {}

defaults:
  run:
    shell: bash # with pipefail, unlike the shell that GitHub takes otherwise

concurrency:
  group: portico-render-${{ github.ref }}
  cancel-in-progress: true

jobs:
  compile:
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    permissions:
      contents: read
    outputs:
      changed: ${{ steps.compile.outputs.changed }}
      check: ${{ steps.check.outcome }}
    steps:
    - uses: actions/checkout
      with:
        fetch-depth: 0 # the rule on promotion reads the history
        persist-credentials: false
    - uses: actions/setup-python
      with:
        python-version: "3.13"
    - name: Install Portico
      run: |
        @install@
    - name: Compile
      id: compile
      run: |
        portico compile
        git add --all -- environments rendered
        git diff --cached --binary > "$RUNNER_TEMP/rendered.patch"
        if [[ -s $RUNNER_TEMP/rendered.patch ]]; then
          echo changed=true >> "$GITHUB_OUTPUT"
        fi
    - name: Check
      id: check
      if: steps.compile.outputs.changed == 'true'
      continue-on-error: true
      run: portico check --format github
    - uses: actions/upload-artifact
      if: steps.compile.outputs.changed == 'true'
      with:
        name: rendered
        path: ${{ runner.temp }}/rendered.patch
        retention-days: 1

  commit:
    needs: compile
    if: needs.compile.outputs.changed == 'true'
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      contents: write # pushes the commit
      statuses: write # says how the check of it ended
    steps:
    # Nothing of it is run.
    - uses: actions/checkout
      with:
        fetch-depth: 0 # main too
        persist-credentials: true
    - uses: actions/download-artifact
      with:
        name: rendered
        path: ${{ runner.temp }}
    - name: Commit
      env:
        CHECK: ${{ needs.compile.outputs.check }}
        GH_TOKEN: ${{ github.token }}
        PAGE: ${{ github.server_url }}/${{ github.repository }}/actions/runs/${{ github.run_id }}
      run: |
        git apply --index --include='rendered/*' --include='environments/*.placement.yaml' \
          "$RUNNER_TEMP/rendered.patch"
        git config user.name 'github-actions[bot]'
        git config user.email '41898282+github-actions[bot]@users.noreply.github.com'
        # With this mark Dependabot goes on updating a branch that it has not written alone.
        git commit --quiet --message 'portico compile' --message '[dependabot skip]'
        git push --quiet origin "HEAD:refs/heads/$GITHUB_REF_NAME"
        # A push with this token starts no workflow by itself, so nothing goes round in circles, and
        # nothing tells the pull request about the new commit either. This does.
        tell() {
          gh api --silent --method POST \
            "repos/$GITHUB_REPOSITORY/statuses/$(git rev-parse HEAD)" \
            --field "context=$1" --field "state=$2" --field "target_url=$PAGE"
        }
        tell check "$CHECK"
        if git diff --quiet origin/main...HEAD -- ':(glob)rendered/*/terraform/**'; then
          tell planned success
        fi
"""
