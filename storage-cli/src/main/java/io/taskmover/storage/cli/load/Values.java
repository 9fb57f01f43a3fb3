package io.taskmover.storage.cli.load;

import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Values of files as values of columns. BLOBs are in Base64; JSON in untyped inputs is JSON text, or bare text. */
public final class Values {
    private Values() {}

    /**
     * A canonical JSON value as a value of a column.
     *
     * @throws IllegalArgumentException if it does not fit, with a message for people
     */
    public static @Nullable Object ofJson(DataType type, @Nullable Object value) {
        if (value == null || type == DataType.JSON) {
            return value;
        }
        if (type == DataType.BLOB && value instanceof String text) {
            return blob(text);
        }
        return type.coerce(value);
    }

    /**
     * A text as a value of a column; the empty text is null unless the column is TEXT.
     *
     * @throws IllegalArgumentException if it does not fit, with a message for people
     */
    public static @Nullable Object ofText(DataType type, @Nullable String text) {
        if (text == null || (text.isEmpty() && type != DataType.TEXT)) {
            return null;
        }
        return switch (type) {
            case JSON -> json(text);
            case BLOB -> blob(text);
            case TEXT -> text;
            default -> type.coerce(text);
        };
    }

    /** JSON strings stand bare in untyped inputs, so that what is no other JSON is one. */
    private static @Nullable Object json(String text) {
        try {
            return Json.parse(text);
        } catch (IllegalArgumentException e) {
            if (text.startsWith("{") || text.startsWith("[")) {
                throw e;
            }
            return text;
        }
    }

    private static Blob blob(String text) {
        try {
            return Blob.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a BLOB is written in Base64: " + e.getMessage(), e);
        }
    }
}
