# Debian packages for programs that tests run. To be sourced:
#
#   apt_install install|check 'programs that must be there' 'packages that have them'
#
# `check` only looks. Exits 3, with the reason, where programs are missing and cannot be installed: then tests are skipped
# by name, but never in CI.

apt_install() {
  verb=$1 programs=$2 packages=$3
  PATH=$PATH:/usr/sbin:/sbin
  [ -n "$(absent)" ] || return 0
  [ "$verb" = install ] || apt_missing "Run as root: $0 install"
  command -v apt-get >/dev/null || apt_missing "There is no apt-get here."
  [ "$(id -u)" -eq 0 ] || apt_missing "Run as root: $0 install"
  (
    flock 8
    # Somebody else may have installed them while we waited. Lists of packages are fetched only where they are needed.
    [ -z "$(absent)" ] || apt_get_install || { apt-get -qq update && apt_get_install; }
  ) 8>"${TMPDIR:-/tmp}/novakit-apt-get.lock" >&2
  [ -z "$(absent)" ] || apt_missing "apt-get installed $packages, to no avail."
}

absent() {
  for program in $programs; do command -v "$program" >/dev/null || printf '%s ' "$program"; done
}

apt_missing() {
  echo "Not installed: $(absent)- $*" >&2
  exit 3
}

# RUNLEVEL=1 keeps packages from starting services.
apt_get_install() {
  # shellcheck disable=SC2086
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=120 \
    install $packages
}
