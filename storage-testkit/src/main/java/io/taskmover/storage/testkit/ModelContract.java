package io.taskmover.storage.testkit;

import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;

import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.sessions.JqwikSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random sequences of operations on a store and on a model of it, a sorted map: both must answer the same. A sequence
 * that fails is shrunk to a short one, and the error shows it.
 */
public interface ModelContract extends Contract {
    /** How many sequences are tried. */
    int SEQUENCES = 100;
    /** How many shrunk sequences are tried after a failure. */
    int SHRINKS = 400;

    @Test
    default void randomOperationsAnswerAsASortedMapDoes() {
        JqwikSession.run(() -> {
            Arbitrary<List<ModelAction>> sequences = ModelActions.any(
                            capabilities().has(Feature.DURABLE))
                    .list()
                    .ofMinSize(1)
                    .ofMaxSize(40);
            RandomGenerator<List<ModelAction>> generator = sequences.generator(SEQUENCES, true);
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            for (int i = 0; i < SEQUENCES; i++) {
                Shrinkable<List<ModelAction>> sequence = generator.next(random);
                if (failure(sequence.value()).isPresent()) {
                    List<ModelAction> shortest = shrunk(sequence).value();
                    throw new AssertionError(
                            "Sequence " + i + " of seed " + seed + " fails; shrunk to: " + shortest,
                            failure(shortest).orElse(null));
                }
            }
        });
    }

    private Shrinkable<List<ModelAction>> shrunk(Shrinkable<List<ModelAction>> failing) {
        Shrinkable<List<ModelAction>> best = failing;
        int tries = 0;
        for (boolean better = true; better && tries < SHRINKS; ) {
            better = false;
            for (Shrinkable<List<ModelAction>> smaller :
                    (Iterable<Shrinkable<List<ModelAction>>>) best.shrink()::iterator) {
                if (tries++ >= SHRINKS) {
                    break;
                }
                if (failure(smaller.value()).isPresent()) {
                    best = smaller;
                    better = true;
                    break;
                }
            }
        }
        return best;
    }

    /** What goes wrong when a store and a model run a sequence, if anything does. */
    private Optional<Throwable> failure(List<ModelAction> sequence) {
        boolean reopens = sequence.stream().anyMatch(action -> action instanceof ModelAction.Reopen);
        TableSchema schema = TableSchema.builder(subject().newName())
                .column("id", INTEGER)
                .column("name", TEXT)
                .column("n", INTEGER)
                .primaryKey("id")
                .index("n")
                .unique("name")
                .build();
        @Nullable OwnStore own = reopens ? subject().ownStore() : null;
        try {
            ModelRun run = new ModelRun(schema, own == null ? subject().shared() : own.backend(), own);
            run.execute(sequence);
            return Optional.empty();
        } catch (RuntimeException | AssertionError e) {
            return Optional.of(e);
        } finally {
            if (own != null) {
                own.close();
            }
        }
    }
}
