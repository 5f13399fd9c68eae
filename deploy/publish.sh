#!/bin/sh
# Sends articles to the server and waits until they are published: publish.sh FILE...
# TIMDOAN_URL is the server's address, TIMDOAN_KEY a key with the role write (webapp keys add shell --role write).
# A .jsonl file is sent a record a line, any other as a file, whose article is named as the file is.
# Exit status 1: something was rejected, or could not be sent.
set -eu

: "${TIMDOAN_URL:=http://127.0.0.1:8000}" "${TIMDOAN_KEY:?needs a key with the role write}"

status=0
for file in "$@"; do
    case "$file" in
        *.jsonl | *.ndjson) type='application/x-ndjson' how='--data-binary' what="@$file" ;;
        *) type='' how='--form' what="file=@$file" ;;
    esac
    # Sent until it is accepted; with an Idempotency-Key it counts once, however often it arrives.
    answer=$(
        curl --silent --show-error --retry 5 --retry-connrefused --max-time 90 \
            --header "Authorization: Bearer $TIMDOAN_KEY" \
            --header "Idempotency-Key: $(sha256sum <"$file" | cut -c 1-64)-$$-$(date +%s)" \
            ${type:+--header "Content-Type: $type"} "$how" "$what" "$TIMDOAN_URL/api/v1/articles?wait=30"
    ) || status=1
    echo "$file: $answer"
    case "$answer" in *'"state":"rejected"'* | *'"status":'*) status=1 ;; esac
done
exit $status
