#!/usr/bin/env bash
# relock.sh: writes the lock files again after a change of *.in (needs uv on PATH). They hold for Python 3.11 and newer, as far as vLLM itself does,
# on Linux (x86_64 and aarch64). What the overrides say is resolved into the lock: to install from it, neither overrides nor resolution are needed.
set -euo pipefail
cd "$(dirname "$0")"
out=../src/main/resources/dev/shakedown/harness/cluster/local/python
compile() { uv pip compile -q --generate-hashes --no-emit-index-url --no-header --no-annotate "$@"; }
compile --universal --python-version 3.11 managed.in -o "$out/managed.lock.txt"
compile --universal --python-version 3.11 --override managed-cpu.overrides managed-cpu.in -o "$out/managed-cpu.lock.txt"
compile uv.in -o "$out/uv.lock.txt"
