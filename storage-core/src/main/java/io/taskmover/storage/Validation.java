package io.taskmover.storage;

import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConfigException;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.mapping.Entity;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks entities before they are written, by the constraints of Jakarta Validation on their classes: where the program brings
 * it and a provider, unless the option {@code validation} says otherwise. For one store. Thread-safe.
 *
 * <p>The provider is started when the first entity is written, and stopped with the store.
 */
final class Validation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Validation.class);
    private static final String API = "jakarta.validation.Validation";

    private volatile boolean wanted;
    private volatile @Nullable ConstraintCheck check;

    private Validation(boolean wanted) {
        this.wanted = wanted;
    }

    /** @throws ConfigException if {@code validation=true} and it cannot be done */
    static Validation of(StorageConfig config) {
        Optional<Boolean> choice = config.validation();
        Validation validation = new Validation(choice.orElse(true) && (choice.isPresent() || isPresent()));
        if (choice.orElse(false)) {
            if (!isPresent()) {
                throw new ConfigException("validation=true needs Jakarta Validation, which is not there: add"
                        + " org.hibernate.validator:hibernate-validator and org.glassfish.expressly:expressly, or another"
                        + " provider; or leave the option out");
            }
            if (validation.start() == null) {
                throw new ConfigException(
                        "validation=true needs a provider of Jakarta Validation, and there is only its API:"
                                + " add org.hibernate.validator:hibernate-validator and org.glassfish.expressly:expressly, or another"
                                + " one; or leave the option out");
            }
        }
        return validation;
    }

    private static boolean isPresent() {
        try {
            Class.forName(API, false, Validation.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false; // it is optional
        }
    }

    /**
     * Checks one entity.
     *
     * @throws ConstraintException with all constraints that it breaks
     * @throws ConfigException if there is a provider that cannot be started
     * @throws io.taskmover.storage.error.MappingException if a constraint cannot be checked
     */
    <T> void require(Entity<T, ?> entity, T given) {
        if (wanted) {
            ConstraintCheck started = check;
            started = started == null ? start() : started;
            if (started != null) {
                started.require(entity, given);
            }
        }
    }

    private synchronized @Nullable ConstraintCheck start() {
        if (check == null && wanted) {
            check = ConstraintCheck.start();
            if (check == null) {
                wanted = false;
                LOG.info("There is Jakarta Validation without a provider: constraints on entities are not checked");
            }
        }
        return check;
    }

    @Override
    public synchronized void close() {
        ConstraintCheck started = check;
        if (started != null) {
            check = null;
            wanted = false;
            started.close();
        }
    }
}
