package io.taskmover.storage.cli.input;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One record of an input.
 *
 * @param place where it begins
 * @param values canonical JSON values by member name or, from an untyped input, texts by header, in the order of the
 *     input
 */
public record InputRecord(Place place, Map<String, @Nullable Object> values) {}
