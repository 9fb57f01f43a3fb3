package io.taskmover.storage.file;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of the manifest, all fixed-width numbers big-endian:
 *
 * <pre>
 * header   8 bytes  "TMSMNFT" and LF
 *          int      format version of the whole store: 1
 *          int      CRC32C of the 12 bytes before
 * frame    int      CRC32C of everything that follows in the frame
 *          int      length of the payload in bytes
 *          payload  one byte that says what follows:
 *            'L'    layout:  byte 1 for lines; the first frame, which an entity store lacks
 *            'C'    catalog: text, the tables as JSON; those that were not among them before have no rows
 *            'E'    emptied: text table; all its units and shapes so far are void
 *            'S'    shape:   text table · varint number · varint columns, each: text; which columns a stub has
 *            'U'    units:   text table · units up to the end, each: varint length · bytes
 *            'M'    mark:    byte 1 for clean, else 0 · varint sequence · varint durable: up to which offset the file was
 *                            on the disk when this was written · varint tables, each: text · varint generated
 * frame    …
 * </pre>
 *
 * What follows the last mark does not count. A unit says of one file, or of one row that is gone, what the layout
 * ({@link TableFiles}) needs to know; a later unit for the same replaces it. A stub is a varint, the number of its
 * shape, and the values of the shape's columns: a row's key and what its indexes need.
 */
final class ManifestFormat {
    /** The version of the whole store's format: layout, names, manifest, journal. */
    static final int VERSION = 1;

    static final int HEADER_BYTES = 16;
    static final int FRAME_HEADER_BYTES = 8;
    /** A frame is ended when it has grown to this; one with a single large unit may be larger. */
    static final int FRAME_BYTES = 256 << 10;

    /** The header and the frame that tells the layout. */
    static final int LAYOUT_BYTES = HEADER_BYTES + FRAME_HEADER_BYTES + 2;

    static final int LAYOUT = 'L';
    static final int CATALOG = 'C';
    static final int EMPTIED = 'E';
    static final int SHAPE = 'S';
    static final int UNITS = 'U';
    static final int MARK = 'M';

    private static final long MAGIC = 0x544D534D4E46540AL;

    private ManifestFormat() {}

    static ByteBuffer header() {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putLong(MAGIC).putInt(VERSION);
        header.putInt(Fingerprint.crc(header.duplicate().flip()));
        return header.flip();
    }

    static boolean hasMagic(ByteBuffer header) {
        return header.limit() >= HEADER_BYTES && header.getLong(0) == MAGIC;
    }

    static int version(ByteBuffer header) {
        return header.getInt(8);
    }

    /** How the rows are kept, by the first {@link #LAYOUT_BYTES} of a manifest; null if that cannot be told. */
    static @Nullable Layout layout(ByteBuffer start) {
        int kind = HEADER_BYTES + FRAME_HEADER_BYTES;
        if (!hasMagic(start) || !isWhole(start)) {
            return null;
        }
        boolean said = start.limit() == LAYOUT_BYTES && start.get(kind) == LAYOUT;
        return said ? Layout.of(start.get(kind + 1)) : Layout.ENTITY;
    }

    static boolean isWhole(ByteBuffer header) {
        return header.getInt(12) == Fingerprint.crc(header.slice(0, 12));
    }
}
