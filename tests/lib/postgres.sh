#!/usr/bin/env bash
# A PostgreSQL of its own for one command: tests/lib/postgres.sh COMMAND ARGUMENT...
# Runs COMMAND with PGHOST, PGUSER and PGDATABASE naming its database, and psql on its path; ends
# with its exit code. The server is what `make build/postgres.stamp` unpacked. It listens on a socket in
# a private folder and nowhere else, and is gone afterwards, whatever happened.
set -eu
unset ${!PG@} # whatever PostgreSQL somebody has: it is not this one
base=$(cd "$(dirname "$0")/../.." && pwd)/build/postgres
[ -x "$base/usr/lib/postgresql/15/bin/postgres" ] || {
    echo "$0: no PostgreSQL under build/: make build/postgres.stamp" >&2
    exit 1
}

# Not under build/: a socket's name has room for 107 characters. Nor in TMPDIR, which may be root's own.
place=$(mktemp -d /tmp/samling-postgres-XXXXXX)
server=
stop() {
    trap - EXIT
    if [ -n "$server" ]; then
        kill -QUIT "$server" 2>/dev/null || true # at once: nothing of it is kept
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$place"
}
trap stop EXIT
trap 'exit 143' HUP INT TERM

# It ends with this script, even if that is killed. It refuses to run as root: then it is a copy that
# nobody can read, wherever this folder lies.
as=(setpriv --pdeathsig QUIT)
if [ "$(id -u)" = 0 ]; then
    as+=(--reuid nobody --regid nogroup --clear-groups)
    cp -r "$base/usr" "$place/usr"
    chown nobody:nogroup "$place"
    base=$place
fi
bin=$base/usr/lib/postgresql/15/bin
LD_LIBRARY_PATH=$(echo "$base"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH LC_ALL=C.UTF-8
failed() { cat "$place/log" >&2; exit 1; }

# A Norwegian collation, as a hub's own server might have: what compares by bytes has to say so itself.
timeout 60 "${as[@]}" "$bin/initdb" --no-sync --auth=trust --username=samling --encoding=UTF8 \
    --locale=C.UTF-8 --locale-provider=icu --icu-locale=nb -D "$place/data" >"$place/log" 2>&1 || failed
"${as[@]}" "$bin/postgres" -D "$place/data" -c listen_addresses= -c unix_socket_directories="$place" \
    -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c shared_buffers=16MB \
    -c max_connections=20 >>"$place/log" 2>&1 &
server=$!

export SAMLING_TEST_POSTGRES=1 PGHOST=$place PGUSER=samling PGDATABASE=postgres PGCONNECT_TIMEOUT=10
export PATH=$bin:$PATH
for ((i = 0; ; i++)); do
    psql -Xqc "" 2>/dev/null && break
    [ "$i" -lt 300 ] && kill -0 "$server" 2>/dev/null || failed
    sleep 0.1
done
set +e
"$@"
