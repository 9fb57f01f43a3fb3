/** Backups of whole stores, and copies of tables between stores with the content hashes that prove them. */
@NullMarked
package io.taskmover.storage.backup;

import org.jspecify.annotations.NullMarked;
