package io.taskmover.storage.cli.input;

import io.taskmover.storage.schema.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** Reads single JSON objects, keeping the order of their members. */
final class JsonRecords {
    /** Limits as those of stored JSON, so that what is read here can be stored. */
    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Json.MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(20_000)
                    .build())
            .build();

    private JsonRecords() {}

    /**
     * The members of the object at whose start the parser stands; it is left at the end.
     *
     * @throws IllegalArgumentException if a member appears twice or a value cannot be stored
     */
    static Map<String, @Nullable Object> members(JsonParser parser) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = Objects.requireNonNull(parser.currentName());
            parser.nextToken();
            if (values.containsKey(name)) {
                throw new IllegalArgumentException("the member '" + name + "' appears twice");
            }
            values.put(name, Json.read(parser));
        }
        return values;
    }

    /** What the parser says is wrong, without its excerpts of the source and hints for programmers. */
    static String problem(JacksonException e) {
        return "not JSON: "
                + e.getOriginalMessage()
                        .replaceAll("\\s*\\(start marker at .*$", "")
                        .replaceAll("\\s*\\(for (Object|Array) starting at .*$", "")
                        .replaceAll("\\s*\\(`StreamReadConstraints[^)]*\\)", "");
    }

    /** What a token is called in a message to people. */
    static String name(@Nullable JsonToken token) {
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_ARRAY -> "an array";
            case START_OBJECT -> "an object";
            case VALUE_STRING -> "a text";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            default -> token.toString();
        };
    }
}
