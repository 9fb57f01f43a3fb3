package io.taskmover.storage.cli.input;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Places and texts in bytes of UTF-8. */
final class Utf8 {
    private Utf8() {}

    /** The column in code points, from 1, of the byte at {@code byteColumn}, from 1. */
    static long column(byte[] bytes, int length, long byteColumn) {
        long column = 1;
        for (int i = 0; i < Math.min(length, byteColumn - 1); i++) {
            // bytes 10xxxxxx continue a character, all others begin one
            column += (bytes[i] & 0xC0) == 0x80 ? 0 : 1;
        }
        return column;
    }

    /** @throws CharacterCodingException if the bytes are not UTF-8 */
    static String decode(byte[] bytes, int start, int end) throws CharacterCodingException {
        for (int i = start; i < end; i++) {
            if (bytes[i] < 0) {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes, start, end - start))
                        .toString();
            }
        }
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
