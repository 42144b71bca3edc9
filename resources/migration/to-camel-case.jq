# SPDX-License-Identifier: GPL-3.0-or-later
# Turns the Sites and Policies of the replaced operator, as `kubectl get -o json` prints them, into this one's language:
# public_key becomes publicKey. What the server or an operator has written (status, uid, versions, finalizers, kubectl's own
# copy) is left out: the objects keep theirs. docs/migration.md has the whole way.
def camel: gsub("_(?<letter>[a-z0-9])"; .letter | ascii_upcase);
def in_camel: walk(if type == "object" then with_entries(.key |= camel) else . end);

if .kind != "List" then error("a list is wanted: kubectl get sites,policies -A -o json") else . end
| {
    apiVersion: "v1",
    kind: "List",
    items: [
      .items[]
      | select(.apiVersion | startswith("sdwan.patronus.dev/"))
      | {
          apiVersion,
          kind,
          metadata: (
            .metadata
            | {name, namespace, labels, annotations: (.annotations // {} | del(.["kubectl.kubernetes.io/last-applied-configuration"]))}
            | with_entries(select(.value != null and .value != {}))
          ),
          spec: (.spec | in_camel)
        }
    ]
  }
