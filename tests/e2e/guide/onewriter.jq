# SPDX-License-Identifier: GPL-3.0-or-later
# Who wrote while who held the Lease. Input: the API server's audit log (slurped), $user: the operator's account, $remote: the
# simulator's /_control/requests. Pods are told apart by their token and by their address.
def pod: .user.extra["authentication.kubernetes.io/pod-name"][0];
[.[] | select(.user.username == $user)] as $asked
| (reduce $asked[] as $event ({}; .[$event.sourceIPs[0]] += [$event | pod]) | map_values(unique)) as $pods
| [($asked[] | select(.verb | IN("create", "update", "patch", "delete")) | select(.objectRef.resource | IN("leases", "sites", "policies"))
    | {time: .requestReceivedTimestamp, who: [pod], what: "\(.verb) \(.objectRef.resource)/\(.objectRef.name)", isLease: (.objectRef.resource == "leases"),
       isDone: (.responseStatus.code < 300), holder: ((.requestObject | objects | .spec.holderIdentity // "") | sub("_.*"; ""))}),
   ($remote[0].changes[] | select($pods[.address]) | {time, who: $pods[.address], what: "\(.method) \(.path)", isRemote: true})]
| sort_by(.time)
| reduce .[] as $write ({holder: "", terms: 0, pods: ($pods | [.[][]] | unique | length), writes: 0, remote: 0, stray: []};
    if $write.isLease then
      if $write.isDone and $write.holder != .holder then .holder = $write.holder | .terms += (if $write.holder == "" then 0 else 1 end) else . end
    else
      (if $write.isRemote then .remote += 1 else .writes += 1 end)
      | .holder as $holder | if any($write.who[]; . == $holder) then . else .stray += [$write + {leader: $holder}] end
    end)
