# Debian packages by apt. Sourced by tools/setup (needs its `say` and `fail`).

# missing_packages GROUP...: those of requirements/apt.txt that are not installed.
missing_packages() {
  local group packages=()
  for group in "$@"; do
    mapfile -t -O "${#packages[@]}" packages < <(awk -v group="$group" '$1 == group {for (i = 2; i <= NF; i++) print $i}' requirements/apt.txt)
  done
  ((${#packages[@]})) || return 0
  comm -23 <(printf '%s\n' "${packages[@]}" | sort -u) \
    <(dpkg-query --show --showformat '${Package} ${db:Status-Status}\n' "${packages[@]}" 2>/dev/null | awk '$2 == "installed" {print $1}' | sort -u)
}

# as_root COMMAND...: with the proxy of this shell, which sudo would drop and apt knows in lower case only.
as_root() {
  local variables=(DEBIAN_FRONTEND=noninteractive LC_ALL=C) name upper
  for name in http_proxy https_proxy no_proxy; do
    upper=${name^^}
    [[ -n ${!name-}${!upper-} ]] && variables+=("$name=${!name-${!upper}}")
  done
  if ((EUID == 0)); then env "${variables[@]}" "$@"; else sudo env "${variables[@]}" "$@"; fi
}

install_packages() {
  command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
    fail "there is no apt here; Firn's set-up is for Debian 12. Elsewhere install what requirements/apt.txt names and use a Debian 12 container to build."
  local missing options=(-o DPkg::Lock::Timeout=300 -o Acquire::Retries=3) certificate=${SSL_CERT_FILE-} started=$SECONDS
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "Debian packages are missing (${missing[*]}); run 'make setup' as root once, or install sudo."
    sudo -n true 2>/dev/null || [[ -t 0 ]] ||
      fail "Debian packages are missing (${missing[*]}) and sudo would ask for a password; run 'sudo -v' first, or install them as root."
  fi
  # A CA of one's own that apt's configuration does not name yet; apt's own user must be able to read it.
  if [[ -r $certificate && -z $(apt-config dump --format '%v%n' Acquire::https::CAInfo) ]]; then
    chmod 755 "${apt_folder:=$(mktemp -d)}" && install -m 644 "$certificate" "$apt_folder/ca.pem"
    options+=(-o "Acquire::https::CAInfo=$apt_folder/ca.pem")
  fi
  mkdir -p .deps/stamps
  local log=.deps/stamps/apt.log
  say "Debian packages: ${missing[*]} ..."
  if ! as_root apt-get "${options[@]}" update >"$log" 2>&1 && ! apt-cache show "${missing[@]}" >/dev/null 2>&1; then
    tail -n 5 "$log" >&2
    fail "apt could not read its package lists: check the network, the proxy and /etc/apt/sources.list (whole log: $log)."
  fi
  # PostgreSQL is for tests that start their own server: no cluster is made, none runs. A choice of the machine's stays.
  local no_cluster=/etc/postgresql-common/createcluster.d/firn-setup.conf
  local quiet_postgresql=0
  if [[ " ${missing[*]} " == *" postgresql-15 "* && ! -e /etc/postgresql-common ]]; then
    quiet_postgresql=1
    as_root sh -c "mkdir -p ${no_cluster%/*} && echo 'create_main_cluster = false' >$no_cluster"
  fi
  as_root apt-get "${options[@]}" install --yes --no-install-recommends "${missing[@]}" >>"$log" 2>&1
  local status=$?
  ((quiet_postgresql)) && as_root rm -f "$no_cluster"
  [[ -n ${apt_folder-} ]] && rm -rf "$apt_folder"
  if ((status)); then
    tail -n 5 "$log" >&2
    fail "apt could not install ${missing[*]}: the lines above say why (whole log: $log)."
  fi
  say "Debian packages: done in $((SECONDS - started)) s"
}
