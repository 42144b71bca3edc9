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

constexpr CtlFlag revertFlags[] = {
    dryRunFlag,
    yesFlag,
    {"--output"_L1, "-o"_L1, "FORMAT"_L1, "Of the plan: table, json or yaml."_L1, readFormat},
};

constexpr CtlPage pages[] = {
    {
        .command = CtlOptions::Command::JournalRevert, // before the one whose word it begins with
        .name = "journal revert"_L1,
        .summary = "take back one write of the journal"_L1,
        .arguments = "ID"_L1,
        .description
        = u"Makes a plan that sets what an entry of the journal has changed back to what it was: what was deleted is "
          "made again, what was made is deleted, and of what was changed only that is set back; what others have "
          "changed since stays. ID is that of kubectl patronus journal, or as much of it as is unique. It has to be "
          "the "
          "cluster where it was done (--context). Taking back is a write as well, and can be taken back.",
        .flags = revertFlags,
        .examples = "  kubectl patronus journal --since 1h\n"
                    "  kubectl patronus journal revert 3f0c2a91 --dry-run\n"_L1,
        .readArgument = addFile,
    },
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
          "known was on its way when the program ended. A file of more than 4 MiB is put aside as journal-TIME.jsonl, "
          "and "
          "is still read; it may be moved elsewhere or removed.\n"
          "kubectl patronus journal revert takes an entry back.",
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
