package io.taskmover.storage.file;

import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.CompositeKey;
import io.taskmover.storage.schema.TableSchema;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/**
 * Names of files and directories for ids and tables: one encoding for every operating system.
 *
 * <p>A name consists of {@code a-z 0-9 - _ . , + % =} only, has at most {@value #MAX_BYTES} bytes with its suffix,
 * and two different ids have two different names, also where a file system ignores case or normalises Unicode:
 *
 * <ul>
 *   <li>{@code a-z}, {@code 0-9}, {@code -}, {@code _} and {@code .} stand for themselves;
 *   <li>{@code +} and a lower-case letter stand for the upper-case one: {@code T1} is {@code +t1};
 *   <li>{@code %} and two hexadecimal digits stand for one byte in UTF-8: everything else; also {@code .} at the start
 *       or end, {@code -} at the start, and the first letter of what Windows takes for a device ({@code con.txt});
 *   <li>{@code %} alone is the empty text;
 *   <li>{@code ,} stands between the parts of a composite id;
 *   <li>what would be too long is cut and followed by {@code =} and the first 128 bits of its SHA-256 in hexadecimal.
 * </ul>
 *
 * <p>Ids that are not text are encoded as their text: numbers in decimal digits, times in ISO 8601, blobs in
 * hexadecimal.
 */
final class FileNames {
    /** The most bytes that a name has, its suffix included: some file systems that encrypt names allow only 143. */
    static final int MAX_BYTES = 120;

    /** The end of every row's file name. */
    static final String SUFFIX = ".json";

    private static final int MAX_STEM = MAX_BYTES - SUFFIX.length();
    private static final int HASH_BYTES = 16;
    private static final int PREFIX = MAX_STEM - 1 - 2 * HASH_BYTES;
    private static final Set<String> DEVICES = Set.of("con", "prn", "aux", "nul", "clock$", "conin$", "conout$");

    private FileNames() {}

    /** The name of the file of a row, suffix included. */
    static String ofKey(Object key) {
        if (key instanceof CompositeKey composite) {
            StringBuilder name = new StringBuilder();
            for (Object part : composite.values()) {
                if (!name.isEmpty()) {
                    name.append(',');
                }
                name.append(encode(text(part)));
            }
            return shortened(name.toString()) + SUFFIX;
        }
        return shortened(encode(text(key))) + SUFFIX;
    }

    /** The name of the directory of a table. */
    static String ofTable(String table) {
        return shortened(encode(table));
    }

    /** The hash directory for a row's file name: two hexadecimal digits, 256 different ones. */
    static String hashDirectory(String fileName) {
        // FNV-1a, 32 bits (draft-eastlake-fnv), folded to 8
        int hash = 0x811c9dc5;
        for (int i = 0; i < fileName.length(); i++) {
            hash = (hash ^ fileName.charAt(i)) * 0x01000193;
        }
        hash ^= hash >>> 16;
        return HexFormat.of().toHexDigits((byte) (hash ^ hash >>> 8));
    }

    /** Whether a directory inside a table's may hold row files. */
    static boolean isHashDirectory(String name) {
        return name.length() == 2 && isHex(name.charAt(0)) && isHex(name.charAt(1));
    }

    /** What the name of a row's file says the id is, for messages; empty for cut and foreign names. */
    static Optional<String> decode(String fileName) {
        if (!fileName.endsWith(SUFFIX)) {
            return Optional.empty();
        }
        String stem = fileName.substring(0, fileName.length() - SUFFIX.length());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(stem.length());
        for (int i = 0; i < stem.length(); i++) {
            char c = stem.charAt(i);
            if (c == '=' || c > '~') {
                return Optional.empty();
            } else if (c == '+' && i + 1 < stem.length()) {
                bytes.write(Character.toUpperCase(stem.charAt(++i)));
            } else if (c == '%' && i + 2 < stem.length() && isHex(stem.charAt(i + 1)) && isHex(stem.charAt(i + 2))) {
                bytes.write(HexFormat.fromHexDigits(stem, i + 1, i + 3));
                i += 2;
            } else if (c != '%') {
                bytes.write(c);
            }
        }
        return Optional.of(bytes.toString(StandardCharsets.UTF_8));
    }

    /** The whole number that is the id by the name of a row's file; empty if the name stands for no such id. */
    static OptionalLong decodeNumber(String fileName) {
        String id = decode(fileName).orElse("");
        try {
            long number = Long.parseLong(id);
            return fileName.equals(ofKey(number)) ? OptionalLong.of(number) : OptionalLong.empty();
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** The key that the name of a row's file stands for; empty if it is of several parts, cut or no such name. */
    static Optional<Object> keyOf(String fileName, TableSchema schema) {
        if (schema.primaryKey().size() != 1) {
            return Optional.empty();
        }
        Optional<Object> key = decode(fileName).flatMap(text -> {
            try {
                return switch (schema.column(schema.primaryKey().get(0)).type()) {
                    case TEXT -> Optional.of(text);
                    case INTEGER -> Optional.of(Long.valueOf(text));
                    case UUID -> Optional.of(UUID.fromString(text));
                    default -> Optional.empty();
                };
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        });
        return key.filter(id -> fileName.equals(ofKey(id)));
    }

    private static String text(Object part) {
        return part instanceof Blob blob ? HexFormat.of().formatHex(blob.toBytes()) : part.toString();
    }

    private static String encode(String text) {
        if (text.isEmpty()) {
            return "%";
        }
        StringBuilder name = new StringBuilder(text.length() + 8);
        boolean device = isDevice(text);
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            boolean first = i == 0;
            if ((c >= 'a' && c <= 'z' && !(first && device))
                    || (c >= '0' && c <= '9')
                    || c == '_'
                    || (c == '-' && !first)
                    || (c == '.' && !first && i < length - 1)) {
                name.append(c);
            } else if (c >= 'A' && c <= 'Z') {
                name.append('+').append((char) (c - 'A' + 'a'));
            } else {
                int codePoint = text.codePointAt(i);
                i += Character.charCount(codePoint) - 1;
                for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
                    name.append('%').append(HexFormat.of().toHexDigits(b));
                }
            }
        }
        return name.toString();
    }

    /** Whether Windows would take a file of this lower-case name for a device: the part before the first dot counts. */
    private static boolean isDevice(String text) {
        int dot = text.indexOf('.');
        String base = dot < 0 ? text : text.substring(0, dot);
        return DEVICES.contains(base)
                || (base.length() == 4
                        && (base.startsWith("com") || base.startsWith("lpt"))
                        && Character.isDigit(base.charAt(3)));
    }

    private static String shortened(String name) {
        if (name.length() <= MAX_STEM) {
            return name;
        }
        int end = PREFIX;
        // never in the middle of an escape
        if (name.charAt(end - 1) == '%' || name.charAt(end - 1) == '+') {
            end--;
        } else if (name.charAt(end - 2) == '%') {
            end -= 2;
        }
        return name.substring(0, end) + '=' + HexFormat.of().formatHex(sha256(name), 0, HASH_BYTES);
    }

    private static byte[] sha256(String name) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java platform has SHA-256", e);
        }
    }

    private static boolean isHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
}
