#!/bin/sh
# Makes the namespace, or gives the one that is there its retention. A server whose port is open may still refuse for
# some seconds, and a new namespace is known to all of it only after some more.
set -eu

attempt=1
until temporal operator namespace create --namespace "$NAMESPACE" --retention "$RETENTION" ||
  temporal operator namespace update --namespace "$NAMESPACE" --retention "$RETENTION"; do
  if [ "$attempt" -ge 30 ]; then
    echo "The namespace $NAMESPACE could not be made at $TEMPORAL_ADDRESS." >&2
    exit 1
  fi
  attempt=$((attempt + 1))
  sleep 2
done

until temporal operator namespace describe --namespace "$NAMESPACE" >/dev/null; do
  if [ "$attempt" -ge 60 ]; then
    echo "The namespace $NAMESPACE can't be read at $TEMPORAL_ADDRESS." >&2
    exit 1
  fi
  attempt=$((attempt + 1))
  sleep 2
done
