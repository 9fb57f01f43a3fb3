/**
 * {@link io.taskmover.storage.file.FileSystemBackend}: a folder of JSON files, one for each row, behind a journal.
 *
 * <p>The way of a commit: {@code Journal} (durable, acknowledged) → {@code Materialiser} (JSON files, a batch at a
 * time) → checkpoint in the {@code Manifest} → the journal is trimmed. {@code Recovery} is the way back. The files
 * are drawn in {@code docs/formats/file-store.md}.
 */
@NullMarked
package io.taskmover.storage.file;

import org.jspecify.annotations.NullMarked;
