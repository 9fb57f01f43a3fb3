package io.taskmover.storage.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is in an entity comes back from its row, and from its row's JSON text. */
class RoundTripPropertyTest {
    enum Mood {
        GOOD,
        BAD
    }

    sealed interface Part {}

    record Leaf(String text, double number) implements Part {}

    record Branch(List<Part> parts, Map<UUID, Instant> times) implements Part {}

    record Rich(
            UUID id,
            long count,
            char letter,
            float ratio,
            Optional<BigDecimal> price,
            Mood mood,
            Set<Integer> numbers,
            Map<String, List<Mood>> moods,
            Part part) {}

    private final Entity<Rich, UUID> entity = Entity.of(Rich.class, Rich::id);

    @Property(tries = 300)
    void whatIsWrittenIsRead(@ForAll("riches") Rich rich) {
        Row row = entity.toRow(rich);
        entity.schema().validate(row);
        assertThat(entity.fromRow(row)).isEqualTo(rich);
        Object part = row.get("part");
        assertThat(Json.parse(Json.text(part))).isEqualTo(part);
        assertThat(entity.fromRow(row.with("part", Json.parse(Json.text(part)))))
                .isEqualTo(rich);
    }

    @Provide
    Arbitrary<Rich> riches() {
        Arbitrary<UUID> ids =
                Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(UUID::new);
        Arbitrary<String> texts =
                Arbitraries.strings().withCharRange('\u0001', '\uD7FF').ofMaxLength(20);
        Arbitrary<Mood> moods = Arbitraries.of(Mood.class);
        Arbitrary<Instant> instants = Arbitraries.longs()
                .between(-62_135_596_800L, 253_402_300_799L)
                .map(seconds -> Instant.ofEpochSecond(seconds, Math.floorMod(seconds * 7919, 1_000_000_000)));
        Arbitrary<Part> leaves =
                Combinators.combine(texts, Arbitraries.doubles()).as(Leaf::new);
        Arbitrary<Part> branches = Combinators.combine(
                        leaves.list().ofMaxSize(4),
                        Arbitraries.maps(ids, instants).ofMaxSize(3))
                .as(Branch::new);
        Arbitrary<Part> parts = Arbitraries.oneOf(
                leaves, Combinators.combine(branches, leaves).as((a, b) -> new Branch(List.of(a, b), Map.of())));
        Arbitrary<Rich> first = Combinators.combine(
                        ids,
                        Arbitraries.longs(),
                        Arbitraries.chars().range('\u0000', '\uD7FF'),
                        Arbitraries.floats(),
                        Arbitraries.bigDecimals().ofScale(3).optional(),
                        moods.injectNull(0.1),
                        Arbitraries.integers().set().ofMaxSize(5),
                        Arbitraries.maps(texts, moods.list().ofMaxSize(3)).ofMaxSize(3))
                .as((id, count, letter, ratio, price, mood, numbers, byName) ->
                        new Rich(id, count, letter, ratio, price, mood, numbers, byName, null));
        return Combinators.combine(first, parts.injectNull(0.1))
                .as((rich, part) -> new Rich(
                        rich.id(),
                        rich.count(),
                        rich.letter(),
                        rich.ratio(),
                        rich.price(),
                        rich.mood(),
                        rich.numbers(),
                        rich.moods(),
                        part));
    }
}
