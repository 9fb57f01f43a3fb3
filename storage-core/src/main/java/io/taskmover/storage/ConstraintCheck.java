package io.taskmover.storage;

import io.taskmover.storage.error.ConfigException;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.error.Violation;
import io.taskmover.storage.mapping.Entity;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.NoProviderFoundException;
import jakarta.validation.ValidationException;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A provider of Jakarta Validation that is running. This class is loaded only where the API is there. Thread-safe. */
final class ConstraintCheck implements AutoCloseable {
    private final ValidatorFactory factory;
    private final Validator validator;
    /** Whether there is anything to check of a class. */
    private final Map<Class<?>, Boolean> constrained = new ConcurrentHashMap<>();

    private ConstraintCheck(ValidatorFactory factory) {
        this.factory = factory;
        this.validator = factory.getValidator();
    }

    /**
     * Starts the provider that Jakarta Validation finds; null if there is none.
     *
     * @throws ConfigException if it cannot be started
     */
    static @Nullable ConstraintCheck start() {
        try {
            return new ConstraintCheck(jakarta.validation.Validation.buildDefaultValidatorFactory());
        } catch (NoProviderFoundException e) {
            return null;
        } catch (ValidationException | LinkageError e) {
            throw new ConfigException(
                    "Jakarta Validation has a provider that cannot be started: " + e.getMessage()
                            + ". Add what it lacks, which for Hibernate Validator mostly is org.glassfish.expressly:expressly; or"
                            + " turn it off with validation=false",
                    e);
        }
    }

    /** @throws ConstraintException with all constraints that are broken */
    <T> void require(Entity<T, ?> entity, T given) {
        Set<ConstraintViolation<T>> broken;
        try {
            if (!constrained.computeIfAbsent(
                    given.getClass(),
                    type -> validator.getConstraintsForClass(type).isBeanConstrained())) {
                return;
            }
            broken = validator.validate(given);
        } catch (ValidationException e) {
            throw new MappingException(
                    "The constraints of " + given.getClass().getName() + " cannot be checked: " + e.getMessage(), e);
        }
        if (!broken.isEmpty()) {
            throw new ConstraintException(entity.schema().name(), entity.keyOf(given), violations(given, broken));
        }
    }

    private static <T> List<Violation> violations(T given, Set<ConstraintViolation<T>> broken) {
        return broken.stream()
                .map(violation -> new Violation(place(given, violation), violation.getMessage()))
                .sorted(Comparator.comparing(Violation::column).thenComparing(Violation::rule))
                .toList();
    }

    /** The property's path; of a constraint on the class its simple name. */
    private static String place(Object given, ConstraintViolation<?> violation) {
        String path = violation.getPropertyPath().toString();
        return path.isEmpty() ? given.getClass().getSimpleName() : path;
    }

    @Override
    public void close() {
        factory.close();
    }
}
