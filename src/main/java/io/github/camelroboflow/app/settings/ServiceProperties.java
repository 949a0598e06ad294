package io.github.camelroboflow.app.settings;

import io.github.camelroboflow.app.settings.PropertyList.PropertyValues;
import io.github.camelroboflow.app.settings.Settings.KafkaSettings;
import io.github.camelroboflow.app.settings.Settings.Property;
import io.github.camelroboflow.delivery.bucket.s3.SqsQueue.SqsSettings;
import io.github.camelroboflow.delivery.destination.MailSender.MailSecurity;
import io.github.camelroboflow.delivery.destination.MailSender.MailSettings;
import io.github.camelroboflow.delivery.destination.MqttConnection.MqttSettings;
import io.github.camelroboflow.delivery.destination.QueueConnections.QueueSettings;
import io.github.camelroboflow.delivery.outbox.Outbox.WebhookScheme;
import io.github.camelroboflow.delivery.outbox.Outbox.WebhookSettings;
import java.time.Duration;

/** Declares the services that results are sent to. */
final class ServiceProperties {

    static final PropertyList ALL = new PropertyList();

    static final Property<String> QUEUE_BROKER = ALL.text("queue.broker", "tcp://localhost:61616", """
            --- The destination kamelet:queue: a broker that speaks OpenWire, such as ActiveMQ (tcp:// or ssl://), or AMQP \
            1.0, such as Artemis or Azure's Service Bus (amqp:// or amqps://)""");
    static final Property<String> QUEUE_USER = ALL.text("queue.user", "{{env:QUEUE_USER:}}",
            "The user and the password, if the broker needs them");
    static final Property<String> QUEUE_PASSWORD = ALL.secret("queue.password", "{{env:QUEUE_PASSWORD:}}", "");
    static final Property<String> QUEUE_PASSWORD_FILE = ALL.text("queue.passwordFile", "",
            "Or a file that holds only the password, as containers mount secrets");
    static final Property<Integer> QUEUE_TIMEOUT = ALL.number("queue.timeout", "10000", 1, Integer.MAX_VALUE,
            "The time that the broker may take to answer, in milliseconds");
    static final Property<String> KAFKA_BROKERS = ALL.text("kafka.brokers", "localhost:9092", """
            --- The destination kamelet:kafka: some of the cluster's brokers, host:port, separated by commas. For TLS and \
            passwords set camel.component.kafka.configuration.securityProtocol, saslMechanism and saslJaasConfig""");
    static final Property<Integer> KAFKA_TIMEOUT = ALL.number("kafka.timeout", "10000", 1, Integer.MAX_VALUE,
            "The time that the brokers may take to answer, in milliseconds");
    static final Property<String> SQS_QUEUES = ALL.text("sqs.queues", "https://sqs.us-east-1.amazonaws.com/123456789012/", """
            --- The destination kamelet:sqs and the route watch-bucket-events, with the credentials of S3. The beginning \
            of the addresses of your queues, up to the name, and their region""");
    static final Property<String> SQS_REGION = ALL.text("sqs.region", "us-east-1", "");
    static final Property<Boolean> SQS_OVERRIDE_ENDPOINT = ALL.yesOrNo("sqs.overrideEndpoint", "false",
            "For LocalStack, ElasticMQ and similar servers: true, and their address");
    static final Property<String> SQS_ENDPOINT = ALL.text("sqs.endpoint", "http://localhost:9324", "");
    static final Property<Duration> WEBHOOK_CONNECT_TIMEOUT = ALL.duration("webhook.connectTimeout", "5000", """
            --- The destination kamelet:webhook. src/main/docs/webhooks.adoc describes proxies, certificates, passwords \
            and other bodies
            The time until the receiver is connected, and the time until it has answered, in milliseconds""");
    static final Property<Duration> WEBHOOK_RESPONSE_TIMEOUT = ALL.duration("webhook.responseTimeout", "30000", "");
    static final Property<WebhookScheme> WEBHOOK_SCHEME = ALL.choice("webhook.scheme", "standard", WebhookScheme.values(), """
            The form of the headers. standard: webhook-id, webhook-timestamp and webhook-signature of Standard Webhooks, which \
            many libraries verify. stripe: the signature in the form of Stripe""");
    static final Property<String> WEBHOOK_SECRET = ALL.secret("webhook.secret", "{{env:WEBHOOK_SECRET:}}", """
            If set, requests are signed with this secret: whsec_ and a key in Base64, or a text of your own. \
            src/main/docs/webhooks.adoc shows how to verify it. To replace the secret, set both for a while, separated by a \
            comma""");
    static final Property<String> WEBHOOK_SECRET_FILE = ALL.text("webhook.secretFile", "",
            "Or a file that holds the secret");
    static final Property<String> MAIL_SERVER = ALL.text("mail.server", "localhost", """
            --- The destination kamelet:mail, which src/main/docs/mail.adoc describes
            The server that sends mails: a host, or a host and a port""");
    static final Property<MailSecurity> MAIL_SECURITY = ALL.choice("mail.security", "starttls", MailSecurity.values(), """
            The encryption. starttls: from the command STARTTLS on, port 587. tls: from the beginning, port 465. none: \
            others on the way can read everything, port 25""");
    static final Property<String> MAIL_USER = ALL.text("mail.user", "{{env:MAIL_USER:}}",
            "The user and the password, if the server needs them");
    static final Property<String> MAIL_PASSWORD = ALL.secret("mail.password", "{{env:MAIL_PASSWORD:}}", "");
    static final Property<String> MAIL_PASSWORD_FILE = ALL.text("mail.passwordFile", "", "Or a file that holds only the password");
    static final Property<Duration> MAIL_TIMEOUT = ALL.duration("mail.timeout", "30000",
            "The time that the server may take to answer, in milliseconds. It may take ten times as long for one mail");
    static final Property<String> MQTT_BROKER = ALL.text("mqtt.broker", "mqtt://localhost:1883", """
            --- The destination kamelet:mqtt, which src/main/docs/mqtt.adoc describes
            The broker, of MQTT 5: mqtt://host:port, or mqtts://host:port with TLS""");
    static final Property<String> MQTT_USER = ALL.text("mqtt.user", "{{env:MQTT_USER:}}",
            "The user and the password, if the broker needs them");
    static final Property<String> MQTT_PASSWORD = ALL.secret("mqtt.password", "{{env:MQTT_PASSWORD:}}", "");
    static final Property<String> MQTT_PASSWORD_FILE = ALL.text("mqtt.passwordFile", "", "Or a file that holds only the password");
    static final Property<String> MQTT_CLIENT_ID = ALL.text("mqtt.clientId", "", """
            The name of this program at the broker. Without one, the program makes one of the machine and its working folder. \
            No two programs may have the same""");
    static final Property<String> MQTT_STATUS_TOPIC = ALL.text("mqtt.statusTopic", "", """
            A topic that holds online while the program is connected and offline otherwise, also if it dies. Without one, \
            there is none""");
    static final Property<Duration> MQTT_TIMEOUT = ALL.duration("mqtt.timeout", "10000",
            "The time that the broker may take to answer, in milliseconds");

    private ServiceProperties() {
    }

    static QueueSettings queue(PropertyValues values) {
        return new QueueSettings(values.get(QUEUE_BROKER), values.get(QUEUE_USER), values.get(QUEUE_PASSWORD),
                values.get(QUEUE_TIMEOUT));
    }

    static KafkaSettings kafka(PropertyValues values) {
        return new KafkaSettings(values.get(KAFKA_BROKERS), values.get(KAFKA_TIMEOUT));
    }

    static SqsSettings sqs(PropertyValues values) {
        return new SqsSettings(values.get(SQS_QUEUES), values.get(BucketProperties.SQS_QUEUE), values.get(SQS_REGION),
                values.get(SQS_OVERRIDE_ENDPOINT), values.get(SQS_ENDPOINT),
                Duration.ofSeconds(values.get(BucketProperties.SQS_VISIBILITY_TIMEOUT)));
    }

    static MailSettings mail(PropertyValues values) {
        return new MailSettings(values.get(MAIL_SERVER), values.get(MAIL_SECURITY), values.get(MAIL_USER),
                values.get(MAIL_PASSWORD), values.get(MAIL_TIMEOUT));
    }

    static MqttSettings mqtt(PropertyValues values) {
        return new MqttSettings(values.get(MQTT_BROKER), values.get(MQTT_USER), values.get(MQTT_PASSWORD),
                values.get(MQTT_CLIENT_ID), values.get(MQTT_STATUS_TOPIC), values.get(MQTT_TIMEOUT));
    }

    static WebhookSettings webhooks(PropertyValues values) {
        return new WebhookSettings(values.get(WEBHOOK_CONNECT_TIMEOUT), values.get(WEBHOOK_RESPONSE_TIMEOUT),
                values.get(WEBHOOK_SCHEME), values.get(WEBHOOK_SECRET));
    }
}
