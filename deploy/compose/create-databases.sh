#!/bin/sh
# Once, when the volume is empty: the owner, the application's role, and both databases (docs/operations.md).
set -eu
psql --username=postgres --set=ON_ERROR_STOP=1 \
  --set=owner_password="$DOWNPOUR_OWNER_PASSWORD" --set=app_password="$DOWNPOUR_APP_PASSWORD" <<'SQL'
CREATE ROLE downpour LOGIN PASSWORD :'owner_password';
CREATE ROLE downpour_app LOGIN PASSWORD :'app_password';
CREATE DATABASE downpour_live OWNER downpour;
CREATE DATABASE downpour_finance OWNER downpour;
SQL
