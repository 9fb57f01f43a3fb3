package io.taskmover.storage.examples;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.query.Query.where;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.mapping.Column;
import io.taskmover.storage.mapping.Id;
import io.taskmover.storage.mapping.Indexed;
import io.taskmover.storage.mapping.Table;
import io.taskmover.storage.mapping.Version;
import java.util.List;

/**
 * The same habits, without a session: an entity is a value, {@code save} writes what it is given and returns what is
 * stored, nothing is loaded or flushed behind your back. What JPA does by associations is done here by nested values,
 * or by ids and a query.
 */
public final class ComingFromJpa {
    /** {@code @Embeddable} in JPA; here any record, stored as JSON and queryable by path. */
    record Address(String street, String city) {}

    /** {@code @Version} works as in JPA: 0 inserts, and a stale one is a conflict. */
    @Table("customers")
    record Customer(
            @Id String email,
            @Column("full_name") String name,
            @Indexed String region,
            Address address,
            @Version long version) {}

    private ComingFromJpa() {}

    public static void main(String[] args) {
        try (Storage storage = Storage.open(args.length > 0 ? args[0] : "memory:")) {
            Repository<Customer, String> customers = storage.repository(Customer.class, String.class);
            Customer anna = customers.insert(
                    new Customer("anna@example.org", "Anna", "north", new Address("Hill Road 1", "Oslo"), 0));

            // entityManager.merge(…): the result carries the raised version
            Customer moved = customers.update(new Customer(
                    anna.email(), anna.name(), "south", new Address("Sea Street 2", "Rome"), anna.version()));

            // OptimisticLockException
            try {
                customers.update(anna);
            } catch (ConflictException stale) {
                System.out.println("version " + anna.version() + " is stale, stored is " + moved.version());
            }

            // select c from Customer c where c.address.city = 'Rome'
            List<Customer> inRome = customers.find(
                    where(field(Customer::address).then(Address::city).eq("Rome")));
            System.out.println(inRome);
        }
    }
}
