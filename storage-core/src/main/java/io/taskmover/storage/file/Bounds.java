package io.taskmover.storage.file;

/**
 * The sizes at which a store begins something new. There is one set for all stores; tests have small ones, to see with
 * little data what happens beyond.
 *
 * @param backlogBytes how much of the journal may wait to become files
 * @param journalBytes the size of the journal's first segment; a multiple of 4 KiB
 * @param manifestGrowth how many bytes are appended to the manifest at least before it is made compact
 * @param flatFiles how many rows have their file in the table's directory before new ones go to hash directories
 * @param segmentBytes the most bytes in a segment of {@link LinesFiles}, unless a single row needs more
 * @param fewFiles up to how many files are worked on by one thread
 */
record Bounds(long backlogBytes, int journalBytes, long manifestGrowth, int flatFiles, int segmentBytes, int fewFiles) {
    /** Those of all stores. */
    static final Bounds USUAL = new Bounds(
            Materialiser.MAX_BACKLOG_BYTES,
            JournalSpace.FIRST_BYTES,
            Manifest.MIN_GROWTH_BYTES,
            EntityFolder.FLAT_FILES,
            LinesFiles.SEGMENT_BYTES,
            FileTasks.FEW);

    /** These, but for what may wait. */
    Bounds withBacklogBytes(long bytes) {
        return new Bounds(bytes, journalBytes, manifestGrowth, flatFiles, segmentBytes, fewFiles);
    }

    /** These, but for when the manifest is made compact. */
    Bounds withManifestGrowth(long bytes) {
        return new Bounds(backlogBytes, journalBytes, bytes, flatFiles, segmentBytes, fewFiles);
    }

    /** These, but for the size of segments. */
    Bounds withSegmentBytes(int bytes) {
        return new Bounds(backlogBytes, journalBytes, manifestGrowth, flatFiles, bytes, fewFiles);
    }
}
