/**
 * Entities ⇄ rows: records, beans and immutable classes as rows of a table, without annotations beyond an id.
 *
 * <p>{@link io.taskmover.storage.mapping.Entity} is the way in. How each Java type is stored:
 *
 * <table>
 * <caption>Forms of property types</caption>
 * <tr><th>Java</th><th>column</th><th>form</th></tr>
 * <tr><td>{@code boolean}</td><td>BOOLEAN</td><td></td></tr>
 * <tr><td>{@code byte short int long}, {@code Year}</td><td>INTEGER</td><td></td></tr>
 * <tr><td>{@code float double}</td><td>REAL</td><td>a float as the double that equals it; finite</td></tr>
 * <tr><td>{@code BigDecimal}, {@code BigInteger}</td><td>DECIMAL</td><td>scale kept; a BigInteger has scale 0</td></tr>
 * <tr><td>{@code Duration}</td><td>DECIMAL</td><td>seconds: {@code 90}, {@code 0.25}</td></tr>
 * <tr><td>{@code String}, {@code char}, enums</td><td>TEXT</td><td>enums by name; the char 0 as empty text</td></tr>
 * <tr><td>{@code UUID}</td><td>UUID</td><td></td></tr>
 * <tr><td>{@code Instant}, {@code java.util.Date}</td><td>TIMESTAMP</td><td></td></tr>
 * <tr><td>{@code LocalDateTime}</td><td>TIMESTAMP</td><td>as if it were UTC</td></tr>
 * <tr><td>{@code LocalDate}, {@code LocalTime}</td><td>DATE, TIME</td><td></td></tr>
 * <tr><td>{@code OffsetDateTime}, {@code ZonedDateTime}</td><td>TEXT</td><td>the instant, then the zone:
 *     {@code 2025-03-30T01:00:00.000000000Z[Europe/Berlin]}; sorts by instant</td></tr>
 * <tr><td>{@code OffsetTime}, {@code YearMonth}, {@code MonthDay}, {@code Period}, {@code ZoneId}, {@code ZoneOffset}</td>
 *     <td>TEXT</td><td>ISO 8601</td></tr>
 * <tr><td>{@code URI}, {@code Currency}, {@code java.nio.file.Path}</td><td>TEXT</td><td></td></tr>
 * <tr><td>{@code byte[]}</td><td>BLOB</td><td></td></tr>
 * <tr><td>{@code Optional<X>}</td><td>that of X</td><td>empty as null</td></tr>
 * <tr><td>{@code List Set Map}, arrays</td><td>JSON</td><td>a set sorted, map keys as text</td></tr>
 * <tr><td>records, beans, immutable classes</td><td>JSON</td><td>an object; members that are null are left out</td></tr>
 * <tr><td>sealed types</td><td>JSON</td><td>an object whose member {@code type} names the subtype</td></tr>
 * <tr><td>{@code Object}</td><td>JSON</td><td>canonical JSON as {@link io.taskmover.storage.schema.Json} has it</td></tr>
 * <tr><td>any other</td><td></td><td>by a {@link io.taskmover.storage.mapping.Converter}</td></tr>
 * </table>
 *
 * <p>Inside of JSON, numbers and booleans are themselves and everything else is text in the form above: instants and
 * times in full width, so that their texts sort as they do ({@code 2025-03-30T01:00:00.000000000Z}), {@code byte[]} in
 * Base64.
 */
@NullMarked
package io.taskmover.storage.mapping;

import org.jspecify.annotations.NullMarked;
