package io.taskmover.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.application.ModularProgram;
import io.taskmover.storage.error.ConfigException;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.error.Violation;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.transaction.OperationType;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Constraints of Jakarta Validation on entities, checked by Hibernate Validator. */
class ValidationTest {
    private static final Locale FORMER = Locale.getDefault();

    @TempDir
    Path directory;

    record Address(
            @NotBlank @Nullable String city,
            @Pattern(regexp = "\\d{5}") String zip) {}

    record Person(
            String id,
            @NotBlank @Nullable String name,
            @Min(0) int age,
            @Valid @Nullable Address address,
            List<@Size(max = 3) String> tags) {}

    /** A bean, with constraints on a field and on a getter. */
    static class Account {
        private String id = "";

        @NotNull
        private @Nullable String owner;

        private long cents;

        public String getId() {
            return id;
        }

        public void setId(String id) {
            this.id = id;
        }

        public @Nullable String getOwner() {
            return owner;
        }

        public void setOwner(@Nullable String owner) {
            this.owner = owner;
        }

        @Positive
        public long getCents() {
            return cents;
        }

        public void setCents(long cents) {
            this.cents = cents;
        }
    }

    /** A rule about more than one property. */
    @Retention(RetentionPolicy.RUNTIME)
    @Constraint(validatedBy = InOrder.class)
    @interface Ordered {
        String message() default "must not end before it begins";

        Class<?>[] groups() default {};

        Class<? extends Payload>[] payload() default {};
    }

    /** The rule. */
    public static final class InOrder implements ConstraintValidator<Ordered, Span> {
        static int calls;

        @Override
        public boolean isValid(Span span, ConstraintValidatorContext context) {
            calls++;
            return span.from() <= span.to();
        }
    }

    @Ordered
    record Span(String id, int from, int to) {}

    /** A constraint of a group that nobody asks for. */
    record Grouped(
            String id,
            @NotNull(groups = Other.class) @Nullable String name) {}

    interface Other {}

    /** A constraint that says nothing about numbers. */
    record Wrong(String id, @Size(max = 3) int n) {}

    sealed interface Animal permits Cat, Stray {}

    record Cat(String id, @NotBlank String owner) implements Animal {}

    record Stray(String id) implements Animal {}

    @BeforeAll
    static void speakEnglish() {
        Locale.setDefault(Locale.ENGLISH);
    }

    @AfterAll
    static void speakAsBefore() {
        Locale.setDefault(FORMER);
    }

    private static Person person(String id, @Nullable String name, int age, @Nullable Address address, String... tags) {
        return new Person(id, name, age, address, List.of(tags));
    }

    private String url(String scheme) {
        return scheme.equals("memory") ? "memory:" : "file:" + directory.resolve("data");
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "file"})
    void allThatAnEntityBreaksIsInOneError(String scheme) {
        try (Storage storage = Storage.open(url(scheme))) {
            Repository<Person, String> people = storage.repository(Person.class, String.class);
            Person wrong = person("p1", " ", -1, new Address(null, "12"), "long");
            List<Violation> broken = List.of(
                    new Violation("address.city", "must not be blank"),
                    new Violation("address.zip", "must match \"\\d{5}\""),
                    new Violation("age", "must be greater than or equal to 0"),
                    new Violation("name", "must not be blank"),
                    new Violation("tags[0].<list element>", "size must be between 0 and 3"));
            for (Runnable write : List.<Runnable>of(
                    () -> people.save(wrong),
                    () -> people.insert(wrong),
                    () -> people.update(wrong),
                    () -> people.saveAll(List.of(person("p0", "Ann", 1, null), wrong)))) {
                assertThatThrownBy(write::run)
                        .isInstanceOfSatisfying(ConstraintException.class, refused -> {
                            assertThat(refused.table()).isEqualTo("person");
                            assertThat(refused.id()).isEqualTo("p1");
                            assertThat(refused.violations()).isEqualTo(broken);
                        })
                        .hasMessageStartingWith(
                                "Row 'p1' of table 'person' is refused: address.city must not be blank; ");
            }
            assertThat(people.count()).isZero();
            Person right = person("p2", "Ann", 0, new Address("Rome", "12345"), "abc");
            assertThat(people.save(right)).isEqualTo(right);
        }
    }

    @Test
    void aTransactionIsLeftAsItWas() {
        try (Storage storage = Storage.open("memory:")) {
            Repository<Person, String> people = storage.repository(Person.class, String.class);
            storage.transaction(tx -> {
                people.save(person("p1", "Ann", 1, null));
                assertThatThrownBy(() -> people.save(person("p2", "", 1, null)))
                        .isInstanceOf(ConstraintException.class);
                people.save(person("p3", "Bob", 1, null)); // nothing was written, so nothing has to be undone
            });
            assertThat(people.findAll()).extracting(Person::id).containsExactly("p1", "p3");
        }
    }

    @Test
    void beansAreCheckedOnTheirFieldsAndGetters() {
        try (Storage storage = Storage.open("memory:")) {
            Account account = new Account();
            account.setId("a1");
            assertThatThrownBy(() ->
                            storage.repository(Account.class, String.class).save(account))
                    .isInstanceOfSatisfying(
                            ConstraintException.class,
                            refused -> assertThat(refused.violations())
                                    .containsExactly(
                                            new Violation("cents", "must be greater than 0"),
                                            new Violation("owner", "must not be null")));
        }
    }

    @Test
    void aRuleAboutTheWholeIsNamedAfterTheClass() {
        try (Storage storage = Storage.open("memory:")) {
            Repository<Span, String> spans = storage.repository(Span.class, String.class);
            assertThatThrownBy(() -> spans.save(new Span("s1", 2, 1)))
                    .isInstanceOfSatisfying(
                            ConstraintException.class,
                            refused -> assertThat(refused.violations())
                                    .containsExactly(new Violation("Span", "must not end before it begins")));
            InOrder.calls = 0;
            spans.saveAll(List.of(new Span("s1", 1, 1), new Span("s2", 1, 2)));
            assertThat(InOrder.calls).isEqualTo(2);
        }
    }

    @Test
    void eachClassOfASealedEntityHasItsOwn() {
        try (Storage storage = Storage.open("memory:")) {
            Repository<Animal, String> animals = storage.repository(Entity.of(Animal.class, String.class));
            animals.save(new Stray("a1"));
            assertThatThrownBy(() -> animals.save(new Cat("a2", "")))
                    .isInstanceOf(ConstraintException.class)
                    .hasMessage("Row 'a2' of table 'animal' is refused: owner must not be blank");
        }
    }

    @Test
    void otherGroupsAndWhatIsNotWrittenByARepositoryAreNotChecked() {
        try (Storage storage = Storage.open("memory:")) {
            storage.repository(Grouped.class, String.class).save(new Grouped("g1", null));
            Repository<Cat, String> cats = storage.repository(Cat.class, String.class);
            storage.transaction(
                    tx -> tx.addOperation(OperationType.INSERT, "cat", Map.of("id", "c1", "owner", ""), null));
            assertThat(cats.findById("c1")).contains(new Cat("c1", ""));
        }
    }

    @Test
    void itCanBeTurnedOff() {
        try (Storage storage = Storage.open("memory:?validation=false")) {
            storage.repository(Cat.class, String.class).save(new Cat("c1", ""));
        }
        assertThatThrownBy(() -> Storage.open("memory:?validation=no"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("validation is true or false, not 'no'");
    }

    @Test
    void aConstraintThatDoesNotFitItsPropertyIsAMistakeInTheClass() {
        try (Storage storage = Storage.open("memory:?validation=true")) {
            Repository<Wrong, String> wrong = storage.repository(Wrong.class, String.class);
            assertThatThrownBy(() -> wrong.save(new Wrong("w1", 1)))
                    .isInstanceOf(MappingException.class)
                    .hasMessageStartingWith("The constraints of " + Wrong.class.getName() + " cannot be checked: HV");
        }
    }

    /** What a program does that has constraints on a class and may lack what checks them; run in class loaders of its own. */
    public static final class Program {
        private Program() {}

        /** Saves what breaks a constraint, and returns what came of it. */
        public static String save(String url) {
            try (Storage storage = Storage.open(url)) {
                return storage.repository(Cat.class, String.class)
                        .save(new Cat("c1", ""))
                        .toString();
            } catch (RuntimeException e) {
                return e.toString();
            }
        }
    }

    private static String saveWithout(String url, String... jars) throws ReflectiveOperationException {
        return ClassPathWithout.call(Program.class, "save", url, List.of(jars));
    }

    @Test
    void withoutTheApiEverythingElseWorks() throws ReflectiveOperationException {
        assertThat(saveWithout("memory:", "jakarta.validation-api", "hibernate-validator"))
                .isEqualTo("Cat[id=c1, owner=]");
        assertThat(saveWithout("memory:?validation=true", "jakarta.validation-api", "hibernate-validator"))
                .startsWith(ConfigException.class.getName() + ": validation=true needs Jakarta Validation");
    }

    @Test
    void withoutAProviderNothingIsChecked() throws ReflectiveOperationException {
        assertThat(saveWithout("memory:", "hibernate-validator")).isEqualTo("Cat[id=c1, owner=]");
        assertThat(saveWithout("memory:?validation=true", "hibernate-validator"))
                .startsWith(ConfigException.class.getName() + ": validation=true needs a provider");
    }

    @Test
    void aProviderThatLacksSomethingIsAnError() throws ReflectiveOperationException {
        for (String url : List.of("memory:", "memory:?validation=true")) {
            assertThat(saveWithout(url, "expressly", "jakarta.el-api"))
                    .startsWith(ConfigException.class.getName()
                            + ": Jakarta Validation has a provider that cannot be started: HV000183")
                    .endsWith("turn it off with validation=false");
        }
        assertThat(saveWithout("memory:?validation=false", "expressly", "jakarta.el-api"))
                .isEqualTo("Cat[id=c1, owner=]");
    }

    @Test
    void theSameClassPathWithNothingLeftOutChecks() throws ReflectiveOperationException {
        assertThat(saveWithout("memory:")).endsWith("owner must not be blank");
    }

    @Test
    void entitiesAreCheckedInModulesToo() throws Exception {
        assertThat(ModularProgram.run())
                .isEqualTo("io.taskmover.storage, org.hibernate.validator: [owner must not be blank]");
    }
}
