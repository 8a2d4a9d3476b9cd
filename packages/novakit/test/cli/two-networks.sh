# Two networks that know nothing of each other, each with a guest at 10.0.0.5, a proxy where guests ask, and a way from
# the proxy to the one metadata service. Runs in namespaces of its own: unshare --map-root-user --net --mount --pid …
# Prints for each guest what it is told.
#
# usage: two-networks.sh FOLDER SERVICE PROXY NODE...
#
# SERVICE starts the service, which says `listening`; PROXY a proxy, with `@` for its network; both are lines of words. NODE
# is the command line of Node.
set -euo pipefail
folder=$1 service=$2 proxy=$3
shift 3

mount -t tmpfs none /run
mkdir /run/netns
ip link set lo up

listening() {
  for _ in $(seq 300); do
    if grep -q '^listening' "$1"; then return; fi
    sleep 0.1
  done
  cat "$1" >&2
  exit 1
}

# shellcheck disable=SC2086
"$@" $service >"$folder/service" 2>&1 &

for net in a b; do
  ip netns add "net-$net"
  ip netns add "guest-$net"
  ip -n "net-$net" link set lo up
  ip -n "net-$net" addr add 169.254.169.254/32 dev lo

  number=$(printf '%d' "'$net")
  ip link add "to-$net" type veth peer name uplink netns "net-$net"
  ip addr add "10.255.$number.1/30" dev "to-$net"
  ip link set "to-$net" up
  ip -n "net-$net" addr add "10.255.$number.2/30" dev uplink
  ip -n "net-$net" link set uplink up

  ip -n "net-$net" link add gate type veth peer name eth0 netns "guest-$net"
  ip -n "net-$net" addr add 10.0.0.1/24 dev gate
  ip -n "net-$net" link set gate up
  ip -n "guest-$net" addr add 10.0.0.5/24 dev eth0
  ip -n "guest-$net" link set eth0 up
  ip -n "guest-$net" route add default via 10.0.0.1

  # shellcheck disable=SC2086
  ip netns exec "net-$net" "$@" ${proxy//@/$net} --listen 169.254.169.254:80 --upstream "http://10.255.$number.1:8775" \
    --secret-file "$folder/secret" >"$folder/proxy-$net" 2>&1 &
done

listening "$folder/service"
for net in a b; do
  listening "$folder/proxy-$net"
  ip netns exec "guest-$net" "$1" --eval '
    const headers = { "x-instance-id": "someone else", "x-forwarded-for": "10.0.0.77" }
    const response = await fetch("http://169.254.169.254/openstack/latest/meta_data.json", { headers })
    console.log(JSON.stringify({ status: response.status, told: await response.json() }))
  ' --input-type=module
done
