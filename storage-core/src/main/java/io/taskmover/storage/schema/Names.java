package io.taskmover.storage.schema;

import io.taskmover.storage.error.SchemaException;
import java.nio.charset.StandardCharsets;

/** What a table, column or index may be called. Quoting and encoding are each backend's own matter. */
final class Names {
    static final int MAX_BYTES = 128;

    private Names() {}

    static void check(String kind, String name) {
        if (name.isEmpty()) {
            throw new SchemaException("A " + kind + " name is empty");
        }
        if (DataType.textProblem(name) != null || name.codePoints().anyMatch(Character::isISOControl)) {
            throw new SchemaException("The " + kind + " name '" + name.replaceAll("\\p{Cntrl}", "?")
                    + "' contains a control character or a lone surrogate");
        }
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new SchemaException("The " + kind + " name '" + name.substring(0, 20) + "…' is " + bytes
                    + " bytes long; at most " + MAX_BYTES + " are allowed");
        }
    }
}
