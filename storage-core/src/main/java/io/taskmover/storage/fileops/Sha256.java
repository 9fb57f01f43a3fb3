package io.taskmover.storage.fileops;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/** Sums of files' contents. */
final class Sha256 {
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final int PART_BYTES = 1 << 20;

    private Sha256() {}

    /** Takes the bytes of a file, part by part. */
    interface Sink {
        void write(ByteBuffer bytes) throws IOException;
    }

    /** Of a file, which is no link; in hexadecimal. */
    static String of(Path file) throws IOException {
        return of(file, bytes -> {});
    }

    /** The same while the bytes go somewhere else, too. */
    static String of(Path file, Sink sink) throws IOException {
        MessageDigest digest = digest();
        try (FileChannel channel = FileChannel.open(file, READ)) {
            ByteBuffer part = ByteBuffer.allocate((int) Math.max(1, Math.min(PART_BYTES, channel.size())));
            while (channel.read(part) >= 0) {
                part.flip();
                digest.update(part.duplicate());
                sink.write(part);
                part.clear();
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
