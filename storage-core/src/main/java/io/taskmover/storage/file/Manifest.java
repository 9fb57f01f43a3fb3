package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The checkpoint: which tables there are, and of each file what it was when it was last written, so that a store opens
 * without reading its files and tells who changed them since. One file that grows by what each batch wrote and is
 * replaced by a compact one when it has grown too much. Not thread-safe.
 */
final class Manifest implements AutoCloseable {
    /** How much is appended at least before it is worth making the file compact. */
    static final long MIN_GROWTH_BYTES = 1 << 20;

    private static final int PART_BYTES = 1 << 20;
    private static final int MAX_VARINT_BYTES = 10;

    private final Disk disk;
    private final StorePaths paths;
    private final Layout layout;
    private FileChannel channel;
    private StubShapes shapes;
    /**
     * Where the next frame goes. That is in the place of a clean mark, so that a manifest has one at its very end only: cut
     * off anywhere, it does not look like an older one that was left properly.
     */
    private long size;

    private long compactSize;
    /** Whether something may stand after {@link #size}: a clean mark, or what an attempt left that failed. */
    private boolean torn;

    private Manifest(Disk disk, StorePaths paths, Layout layout, FileChannel channel, long size, StubShapes shapes) {
        this.disk = disk;
        this.paths = paths;
        this.layout = layout;
        this.channel = channel;
        this.size = size;
        this.compactSize = size;
        this.shapes = shapes;
    }

    /** Writes frames, a mark at the end. */
    interface Content {
        void write(ManifestWriter out) throws IOException;
    }

    /** Units of a manifest that was read, by their offsets. */
    interface Units {
        ByteSource unit(long offset) throws IOException;

        StubShapes shapes();
    }

    /** Goes on with a manifest that was read; what stands after its last mark is cut off. All of it is durable on return. */
    static Manifest resume(Disk disk, StorePaths paths, Layout layout, ManifestReader.Read read) throws IOException {
        FileChannel channel = disk.open(paths.manifest());
        Manifest manifest = new Manifest(disk, paths, layout, channel, read.end(), read.shapes());
        manifest.torn = true;
        boolean settled = false;
        try {
            manifest.settle(read.durable(), read.whole());
            settled = true;
            return manifest;
        } finally {
            if (!settled) {
                channel.close();
            }
        }
    }

    /**
     * Writes anew what was appended last: it may never have reached the disk, since a force of it may have failed, after
     * which the system shows it all the same. In place, so that nothing is lost if this is cut off. The compact part
     * got its name only when it was on the disk.
     */
    private void settle(long durable, long whole) throws IOException {
        if (durable <= ManifestFormat.HEADER_BYTES) {
            return;
        }
        for (long at = durable; at < whole; at += PART_BYTES) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(PART_BYTES, whole - at));
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, at + bytes.position()) < 0) {
                    throw Failures.corruptAt(paths.manifest(), at, "it has become shorter while it was read");
                }
            }
            channel.position(at);
            disk.write(channel, bytes.flip());
        }
        force(channel);
    }

    /** Makes one where there is none, or one that is not to be gone on with; durable on return. */
    static Manifest create(Disk disk, StorePaths paths, Layout layout, Content content) throws IOException {
        StubShapes shapes = new StubShapes();
        Written written = write(disk, paths, layout, content, shapes);
        Manifest manifest = new Manifest(disk, paths, layout, written.channel(), written.size(), shapes);
        manifest.torn = true;
        return manifest;
    }

    /** Appends what a batch changed; durable on return. After a failure nothing of it counts. */
    void append(Content content) throws IOException {
        if (torn) {
            disk.truncate(channel, size);
        }
        torn = true;
        channel.position(size);
        StubShapes extended = shapes.copy();
        ManifestWriter writer = new ManifestWriter(disk, channel, size, extended);
        content.write(writer);
        writer.flush();
        force(channel);
        shapes = extended;
        size = writer.next();
        torn = size < channel.position();
    }

    /**
     * Whether so much was appended that {@link #replace} pays.
     *
     * @param least how many bytes that is at least
     */
    boolean outgrown(long least) {
        return size - compactSize > Math.max(least, compactSize);
    }

    /**
     * Whether so much was appended, in the order of the commits, that {@link #replace} pays for who opens the store next.
     *
     * @param least how large the manifest is at least, for a small one is read soon anyway
     */
    boolean disordered(long least) {
        return size > least && size - compactSize > size / 16;
    }

    /**
     * Replaces the file by a compact one; durable on return. Until then, and after a failure, the former counts.
     *
     * @throws ForceFailedException if it is not known which one counts, or the new one cannot be gone on with
     */
    void replace(Compaction content) throws IOException {
        StubShapes fresh = new StubShapes();
        FileChannel former = channel;
        Units units = new ChannelUnits(former, shapes);
        Written written = write(disk, paths, layout, out -> content.write(units, out), fresh);
        channel = written.channel();
        size = written.size();
        compactSize = size;
        shapes = fresh;
        torn = true;
        former.close();
    }

    /** Writes all that a former manifest says. */
    interface Compaction {
        void write(Units former, ManifestWriter out) throws IOException;
    }

    private record Written(FileChannel channel, long size) {}

    private static Written write(Disk disk, StorePaths paths, Layout layout, Content content, StubShapes shapes)
            throws IOException {
        AtomicFile atomic = new AtomicFile(disk, paths);
        try (AtomicFile.Draft draft = atomic.draft(paths.manifest(), ManifestFormat.header())) {
            ManifestWriter writer = new ManifestWriter(disk, draft.channel(), ManifestFormat.HEADER_BYTES, shapes);
            if (layout != Layout.ENTITY) {
                writer.layout(layout);
            }
            content.write(writer);
            writer.flush();
            draft.publish();
            AtomicFile.forceDirectory(disk, paths.internals());
            return new Written(reopen(disk, paths), writer.next());
        }
    }

    /** The file that has just got its name. The one that had it has none now: what is appended to that would be lost. */
    private static FileChannel reopen(Disk disk, StorePaths paths) throws IOException {
        try {
            return disk.open(paths.manifest());
        } catch (IOException e) {
            throw new ForceFailedException(paths.manifest(), e);
        }
    }

    private void force(FileChannel file) throws IOException {
        try {
            disk.force(paths.manifest(), file);
        } catch (IOException e) {
            throw new ForceFailedException(paths.manifest(), e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Reads units by their offsets: those near one another, as they are asked for mostly, at once. */
    private static final class ChannelUnits implements Units {
        private static final int PAGE_BYTES = 1 << 16;
        private static final int PAGES = 16;

        private final FileChannel channel;
        private final StubShapes shapes;
        /** Parts of the file by their number. */
        private final Map<Long, byte[]> pages = new LinkedHashMap<>(PAGES, 1, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, byte[]> eldest) {
                return size() > PAGES;
            }
        };

        ChannelUnits(FileChannel channel, StubShapes shapes) {
            this.channel = channel;
            this.shapes = shapes;
        }

        @Override
        public StubShapes shapes() {
            return shapes;
        }

        @Override
        public ByteSource unit(long offset) throws IOException {
            byte[] page = page(offset / PAGE_BYTES);
            int start = (int) (offset % PAGE_BYTES);
            ByteSource source = source(page, start, MAX_VARINT_BYTES, offset);
            long length = source.getVarint();
            int head = source.position();
            source = source(page, start, Math.toIntExact(head + length), offset);
            long unused = source.getVarint();
            return source.getSource(length);
        }

        /** The bytes from an offset: in the page if that has them, else of the file, if that does. */
        private ByteSource source(byte[] page, int start, int length, long offset) throws IOException {
            if (length <= page.length - start) {
                return new ByteSource(page, start, length);
            }
            byte[] bytes = read(offset, length);
            return new ByteSource(bytes, 0, bytes.length);
        }

        private byte[] page(long number) throws IOException {
            byte[] page = pages.get(number);
            if (page == null) {
                page = read(number * PAGE_BYTES, PAGE_BYTES);
                pages.put(number, page);
            }
            return page;
        }

        private byte[] read(long offset, int length) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {}
            return Arrays.copyOf(bytes.array(), bytes.position());
        }
    }
}
