package io.github.camelroboflow.app.validation;

import io.github.camelroboflow.delivery.destination.MailSender.MailServer;
import io.github.camelroboflow.delivery.destination.MailSender.MailSettings;
import io.github.camelroboflow.delivery.destination.MailStep.MailAddresses;
import io.github.camelroboflow.delivery.destination.MailStep.PerHour;
import io.github.camelroboflow.delivery.destination.MailStep;
import io.github.camelroboflow.delivery.destination.MqttConnection.Address;
import io.github.camelroboflow.delivery.destination.MqttConnection.MqttSettings;
import io.github.camelroboflow.delivery.destination.MqttStep.Expiry;
import io.github.camelroboflow.delivery.destination.MqttStep.Topics;
import io.github.camelroboflow.inference.support.ConfigurationException.ConfigurationErrors;
import io.github.camelroboflow.inference.support.Placeholders;
import java.util.Set;

/** Checks parameters and properties of the destinations by mail and by MQTT. */
final class MailAndMqtt {

    private static final int LONGEST_CLIENT_ID = 200;

    private MailAndMqtt() {
    }

    /** @throws IllegalArgumentException if no mail can have such addresses or such a subject */
    static void checkMail(String name, String parameter, String value) {
        explained(name, value, () -> {
            switch (parameter) {
                case "to" -> MailAddresses.parse(value);
                case "from" -> MailAddresses.one(value);
                case "perHour" -> PerHour.parse(value);
                default -> Placeholders.check(value, MailStep.placeholders());
            }
        });
    }

    /** @throws IllegalArgumentException if no message of MQTT can have such a topic or be sent so */
    static void checkMqtt(String name, String parameter, String value) {
        explained(name, value, () -> {
            switch (parameter) {
                case "topic" -> Topics.check(value);
                case "expiry" -> Expiry.parse("expiry", value);
                default -> checkQos(value);
            }
        });
    }

    private static void checkQos(String value) {
        if (!value.matches("[012]")) {
            throw new IllegalArgumentException("it is 0, 1 or 2");
        }
    }

    private static void explained(String name, String value, Runnable check) {
        try {
            check.run();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + "=" + value + " can't be: " + e.getMessage(), e);
        }
    }

    static void checkServer(MailSettings settings) {
        explained("mail.server", ServerAddress.withoutSecrets(settings.server()),
                () -> MailServer.of(settings.server(), settings.security()));
    }

    static void checkBroker(MqttSettings settings, ConfigurationErrors mistakes) {
        mistakes.check(() -> explained("mqtt.broker", ServerAddress.withoutSecrets(settings.broker()),
                () -> Address.check(settings.broker())));
        if (!settings.statusTopic().isEmpty()) {
            mistakes.check(() -> explained("mqtt.statusTopic", settings.statusTopic(), () -> {
                Placeholders.check(settings.statusTopic(), Set.of());
                Topics.check(settings.statusTopic());
            }));
        }
        if (settings.clientId().length() > LONGEST_CLIENT_ID || settings.clientId().chars().anyMatch(Character::isISOControl)) {
            mistakes.check(() -> {
                throw new IllegalArgumentException("mqtt.clientId can't be longer than " + LONGEST_CLIENT_ID
                        + " characters, or have control characters");
            });
        }
    }
}
