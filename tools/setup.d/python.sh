# Python environments under .deps/env, made by uv from the lock files. Sourced by tools/setup and tools/lock.

firn_python=${FIRN_PYTHON:-/usr/bin/python3}

# An environment with pip and, later, uv; pip's own configuration decides where uv comes from.
prepare_pip() {
  [[ -n ${SSL_CERT_FILE-} ]] || unset SSL_CERT_FILE  # uv takes an empty one for an empty set of CAs
  local home=.deps/env/uv
  [[ -x $home/bin/pip ]] || "$firn_python" -m venv --clear "$home" || return
  # pip knows PIP_CERT and its own files; the usual SSL_CERT_FILE it would overlook.
  local settings
  settings=$("$home/bin/python" -m pip config list) || return
  [[ -z ${SSL_CERT_FILE-} || $settings == *.cert=* ]] || export PIP_CERT=$SSL_CERT_FILE
}

install_uv() {
  .deps/env/uv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
    --requirement requirements/uv.txt
}

# Exports pip's index, find-links, certificate and proxy as uv's variables.
configure_uv() {
  local settings
  settings=$(.deps/env/uv/bin/python -m pip config list | "$firn_python" tools/pip_to_uv.py)
  eval "$settings"
  export UV_NO_PROGRESS=${UV_NO_PROGRESS-1} UV_PYTHON_DOWNLOADS=never
}

uv() {
  .deps/env/uv/bin/uv "$@"
}

# install_env NAME: makes .deps/env/NAME hold exactly requirements/NAME.txt.
# A constraint of pip's was for the choosing of versions (tools/lock): here uv would refuse it, since it has no hash.
install_env() {
  local home=.deps/env/$1 UV_CONSTRAINT=
  [[ -x $home/bin/python ]] || uv venv --quiet --python "$firn_python" "$home"
  uv pip sync --quiet --require-hashes ${UV_NO_INDEX:+--no-index} --python "$home/bin/python" "requirements/$1.txt" || return
  # Our own modules (firn.run) beside the clients, from the source tree.
  [[ $1 != clients ]] || echo "$PWD/python" >"$(echo "$home"/lib/python3*/site-packages)/firn.pth"
}
