/**
 * A disk in memory for tests of what a power cut leaves: it keeps what is durable apart from what is visible.
 *
 * <p>{@link io.taskmover.storage.testkit.disk.ModelDisk} is a {@link java.nio.file.FileSystem} that writes down every
 * change. {@link io.taskmover.storage.testkit.disk.PowerCuts} goes through what was written down and gives, for every
 * point at which the power may go, many of the images that the disk may then hold; each
 * {@link io.taskmover.storage.testkit.disk.DiskImage} can be mounted as a disk again.
 *
 * <h2>What is assumed of a disk</h2>
 *
 * The least that file systems in use promise, after Pillai et al., <i>All File Systems Are Not Created Equal</i> (OSDI
 * 2014), and Rebello et al., <i>Can Applications Recover from fsync Failures?</i> (USENIX ATC 2020):
 *
 * <ul>
 *   <li>A write is durable when its file has been forced after it. Until then any part of it may be, whatever became of
 *       earlier writes; only a sector of 512 bytes is written whole or not at all. A file may have grown without having
 *       got its bytes: they are zero then.
 *   <li>A name is durable when its directory has been forced after it was made, moved or removed. Forcing a file does
 *       nothing for its name. Until then changes of names survive in order up to a point (file systems with a journal,
 *       such as ext4, XFS and NTFS) or each on its own (none, or soft updates).
 *   <li>A rename is atomic: the new name leads to the old file or to the new one, and the file does not lose both
 *       names. It may have both, unless it is a directory, which has one at any time. What is in the file is another
 *       matter: without a force it may be anything. A link and a removal are two changes, of which the second may
 *       survive alone.
 *   <li>The time of the last change may be lost when only the content was forced.
 *   <li>After a failed force of a file the system takes for clean what it could not write: a later force succeeds and
 *       says nothing about it. Names are another matter: file systems that cannot write those stop.
 * </ul>
 */
@NullMarked
package io.taskmover.storage.testkit.disk;

import org.jspecify.annotations.NullMarked;
