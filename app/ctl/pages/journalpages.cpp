// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/pages/pages.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr CtlFlag journalFlags[] = {
    {"--since"_L1, {}, "TIME"_L1, "Only what was done so long ago at most, like 24h. Default: all."_L1,
        readTime<&CtlOptions::since>},
    {"--output"_L1, "-o"_L1, "FORMAT"_L1, "table, wide (with server and cluster), json or yaml (with all contents)."_L1,
        readFormat},
};

constexpr CtlPage pages[] = {
    {
        .command = CtlOptions::Command::Journal,
        .name = "journal"_L1,
        .summary = "what this user has changed from this machine"_L1,
        .arguments = {},
        .description
        = u"Lists every write to a cluster that went through this program: when, as whom, where, what, and how it "
          "ended; as JSON or YAML also what the object was before and what was sent. --context and --namespace choose "
          "among them.\n"
          "The journal is the file patronus/journal.jsonl in XDG_STATE_HOME, or without that in ~/.local/state. It is "
          "only added to, nobody else may read it, and values that look like secrets are not in it. A write is on the "
          "disk before it is sent: where the journal cannot be written, nothing is changed. A write whose end is not "
          "known was on its way when the program ended.",
        .flags = journalFlags,
        .examples = "  kubectl patronus journal --since 24h\n"
                    "  kubectl patronus journal --context prod-eu -o json\n"_L1,
    },
};

} // namespace

std::span<const CtlPage> journalPages()
{
    return pages;
}

} // namespace patronus
