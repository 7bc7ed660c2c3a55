#!/bin/sh
# Makes Temporal's two databases and brings their schema up to date. Safe to repeat: `create` and `setup-schema` leave
# what is there, `update-schema` runs only newer versions. The connection is given by SQL_* variables.
set -eu

tool="${SQL_TOOL:-temporal-sql-tool}"

set_up() {
  "$tool" --database "$1" create
  "$tool" --database "$1" setup-schema --version 0.0
  "$tool" --database "$1" update-schema --schema-dir "$SCHEMA_FOLDER/$2/versioned"
}

set_up temporal temporal
set_up temporal_visibility visibility
