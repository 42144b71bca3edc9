// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/restoreplan.h"

namespace patronus {

/// Which files are restored, and how far they are trusted.
struct RestoreFiles {
    QStringList paths = {}; ///< folders of backups, and YAML or JSON files as kubectl writes them
    bool acceptEdited = false; ///< files of a backup may have been changed by hand
    QString verifyKey
        = {}; ///< a file: the backup has to be signed by the key of it (seal::verify()); empty: not looked at
    QString digest = {}; ///< what the backup's digest has to be; empty: not looked at
    QString nameSpace = {}; ///< Sites and Policies of this namespace alone; empty: all
};

/// Reads all of it. Invalid names the file and the remedy.
[[nodiscard]] Expected<RestoreSource> readRestoreFiles(const RestoreFiles &files);

} // namespace patronus
