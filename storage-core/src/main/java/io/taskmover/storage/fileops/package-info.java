/**
 * Files on a disk as a participant in transactions, so that rows and the files they speak of never disagree:
 * {@link io.taskmover.storage.fileops.FileOperations} moves, copies and trashes files and directories, all of a
 * transaction's or none, after a crash too.
 *
 * <p>A transaction's operations are queued; to prepare it they become {@code Step}s, which are written to a journal
 * and then carried out, so that all of them can be undone until it is decided that they stay.
 */
@NullMarked
package io.taskmover.storage.fileops;

import org.jspecify.annotations.NullMarked;
