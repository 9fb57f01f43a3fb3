package io.taskmover.storage.file;

import io.taskmover.storage.schema.TableSchema;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * What a damaged manifest still tells of the store as a whole, in the frames of it that are whole: tables and generated
 * keys. Some of it may be of an earlier time.
 */
final class ManifestSalvage {
    private final Map<String, TableSchema> tables = new HashMap<>();
    private final Map<String, Long> generated = new HashMap<>();
    private long sequence;

    ManifestSalvage(byte[] manifest) {
        ByteBuffer bytes = ByteBuffer.wrap(manifest);
        int at = 0;
        while (at + ManifestFormat.FRAME_HEADER_BYTES < manifest.length) {
            int payload = at + ManifestFormat.FRAME_HEADER_BYTES;
            int length = bytes.getInt(at + Integer.BYTES);
            if (isKnown(manifest[payload])
                    && length >= 1
                    && length <= manifest.length - payload
                    && bytes.getInt(at) == crc(manifest, at + Integer.BYTES, Integer.BYTES + length)) {
                take(manifest[payload], new ByteSource(bytes.slice(payload + 1, length - 1)));
                at = payload + length;
            } else {
                at++;
            }
        }
    }

    private static boolean isKnown(byte kind) {
        return switch (kind) {
            case ManifestFormat.LAYOUT,
                    ManifestFormat.CATALOG,
                    ManifestFormat.EMPTIED,
                    ManifestFormat.SHAPE,
                    ManifestFormat.UNITS,
                    ManifestFormat.MARK -> true;
            default -> false;
        };
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    private void take(byte kind, ByteSource payload) {
        try {
            if (kind == ManifestFormat.CATALOG) {
                Map<String, TableSchema> now = CatalogJson.decode(payload.getText());
                tables.clear();
                tables.putAll(now);
            } else if (kind == ManifestFormat.MARK) {
                int unusedClean = payload.getByte();
                sequence = Math.max(sequence, payload.getVarint());
                long unusedDurable = payload.getVarint();
                for (int i = payload.getCount(); i > 0; i--) {
                    generated.merge(payload.getText(), payload.getVarint(), Math::max);
                }
            }
        } catch (IllegalArgumentException e) {
            // it is whole by chance, or of another manifest: then it tells nothing
        }
    }

    /** The tables by name, as far as it tells. */
    Map<String, TableSchema> tables() {
        return tables;
    }

    /** The highest keys ever generated, by table, as far as it tells. */
    Map<String, Long> generated() {
        return generated;
    }

    /** The highest commit that it tells of; 0 if it tells of none. */
    long sequence() {
        return sequence;
    }
}
