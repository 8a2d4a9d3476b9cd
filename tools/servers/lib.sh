# What the servers of this folder have in common. A script for one server sets
#
#   NAME      of the script
#   PACKAGES  Debian packages that have its programs
#   RUN_AS    the user it runs as when root starts it, if there is such a user; else it is nobody
#
# and defines
#
#   programs           puts its programs into variables; fails when they are not there
#   initialise         makes the data folder "$DATA", with the password "$PASSWORD"
#   command_line PORT  sets COMMAND, an array: the server in the foreground, listening on 127.0.0.1 alone
#   answers PORT       whether it answers
#   url PORT           prints what clients are given
#
# and ends with: serve "$@"
#
# All of a server is in "$NOVAKIT_SERVERS_DIR/<name>", and goes when it is stopped. So the scripts turn off what only
# serves durability; what a transaction is stays as it is.

set -euo pipefail
SCRIPT=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
NOVAKIT_SERVERS_DIR=${NOVAKIT_SERVERS_DIR:-${TMPDIR:-/tmp}/novakit-servers-$(id -u)}

serve() {
  DIR=$NOVAKIT_SERVERS_DIR/$NAME
  DATA=$DIR/own/data
  case "${1:-}" in
    install) install ;;
    start) locked start ;;
    stop) locked stop ;;
    watch) watch "$2" "$3" ;;
    url) is_running && cat "$DIR/url" || fail "does not run. Start it: tools/servers/$NAME start" ;;
    *)
      echo "usage: tools/servers/$NAME install | start | stop | url" >&2
      exit 2
      ;;
  esac
}

fail() {
  echo "$NAME $*" >&2
  exit 1
}

# For a reason that is not a failure: tests are skipped where their server cannot be had.
missing() {
  echo "$NAME is not installed. $*" >&2
  exit 3
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# One at a time: two test processes may ask for the same server at once.
locked() {
  mkdir -p "$NOVAKIT_SERVERS_DIR"
  [ -O "$NOVAKIT_SERVERS_DIR" ] || fail "does not use $NOVAKIT_SERVERS_DIR: it belongs to somebody else"
  # Others go through to what is theirs, and see nothing.
  chmod 711 "$NOVAKIT_SERVERS_DIR"
  (
    flock 8
    "$1"
  ) 8>"$NOVAKIT_SERVERS_DIR/$NAME.lock"
}

# --- install ----------------------------------------------------------------------------------------------------------

install() {
  if (programs); then return; fi
  command -v apt-get >/dev/null || missing "This machine has no apt-get to install $PACKAGES with."
  is_root || missing "Run as root: tools/servers/$NAME install"
  (
    flock 8
    # Somebody else may have installed it while we waited. Lists of packages are fetched only where they are needed.
    (programs) || apt_get_install || { apt-get -qq update && apt_get_install; }
  ) 8>"${TMPDIR:-/tmp}/novakit-apt-get.lock" >&2
  (programs) || fail "has no programs although apt-get installed: $PACKAGES"
}

# RUNLEVEL=1 keeps the packages from starting the machine's own service.
apt_get_install() {
  # shellcheck disable=SC2086
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=120 \
    install $PACKAGES
}

# --- start ------------------------------------------------------------------------------------------------------------

start() {
  if is_running && [ -s "$DIR/url" ]; then
    cat "$DIR/url"
    return
  fi
  (programs) || missing "Run as root: tools/servers/$NAME install"
  stop
  programs
  prepare
  local try port
  for try in 1 2 3; do
    port=$(free_port)
    launch "$port"
    if wait_until_it_answers "$port"; then
      (umask 077 && url "$port" >"$DIR/url")
      stop_with_owner
      cat "$DIR/url"
      return
    fi
    kill_it
  done
  tail -n 30 "$DIR/log" >&2
  fail 'did not start'
}

prepare() {
  mkdir -p "$DIR"
  chmod 711 "$DIR"
  mkdir -m 700 "$DIR/own"
  AS=()
  if is_root; then
    local name=nobody
    if id "$RUN_AS" >/dev/null 2>&1; then name=$RUN_AS; fi
    chown "$name" "$DIR/own"
    AS=(setpriv --reuid="$name" --regid="$(id -g "$name")" --clear-groups --)
  fi
  PASSWORD=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  cd /
  initialise </dev/null >"$DIR/log" 2>&1 || {
    cat "$DIR/log" >&2
    fail 'could not make its data folder'
  }
}

# Runs something as the server's user.
as() { "${AS[@]}" "$@"; }

# Nobody listens there now. Whoever takes it before us makes us try another.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    if ! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
}

# In a session of its own, so that a Ctrl-C meant for a test does not end it, and with no open file of ours: neither the
# lock, nor the pipe that somebody reads our output from.
launch() {
  command_line "$1"
  (exec setsid "${AS[@]}" "${COMMAND[@]}" </dev/null >>"$DIR/log" 2>&1 8>&-) &
  echo $! >"$DIR/pid"
}

wait_until_it_answers() {
  local deadline=$((SECONDS + 60))
  while [ "$SECONDS" -lt "$deadline" ]; do
    if answers "$1"; then return 0; fi
    kill -0 "$(cat "$DIR/pid")" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

# With NOVAKIT_SERVERS_OWNER, the server does not outlive the process of that number, however that ends.
stop_with_owner() {
  local owner=${NOVAKIT_SERVERS_OWNER:-}
  [ -n "$owner" ] || return 0
  (exec setsid bash "$SCRIPT" watch "$owner" "$(cat "$DIR/pid")" </dev/null >/dev/null 2>&1 8>&-) &
}

# Ends with the server, too.
watch() {
  while is_running && [ "$(cat "$DIR/pid")" = "$2" ]; do
    if ! kill -0 "$1" 2>/dev/null; then
      locked stop
      # Nobody is left to remove the folder. The last of its servers does.
      rm -f "$NOVAKIT_SERVERS_DIR/$NAME.lock"
      rmdir "$NOVAKIT_SERVERS_DIR" 2>/dev/null || true
      return
    fi
    sleep 1
  done
}

# --- stop -------------------------------------------------------------------------------------------------------------

# Our own process, and not one that was given its number since.
is_running() {
  local pid
  pid=$(cat "$DIR/pid" 2>/dev/null) && [ -r "/proc/$pid/cmdline" ] &&
    { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qF "$DATA"
}

stop() {
  kill_it
  rm -rf "$DIR"
}

kill_it() {
  is_running || return 0
  local pid waited
  pid=$(cat "$DIR/pid")
  kill -s "${STOP_SIGNAL:-TERM}" "$pid" 2>/dev/null || return 0
  for ((waited = 0; waited < 100; waited++)); do
    is_running || return 0
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
}
