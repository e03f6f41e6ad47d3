import { describe, expect, test } from "vitest";
import { lookUp, namesOf } from "../../../compiler/components/registry.ts";
import { kafkaSink } from "../../../compiler/components/sinks/kafka.ts";
import { nullSink } from "../../../compiler/components/sinks/null.ts";
import { editDistance, nearestName } from "../../../compiler/schema/nearest-name.ts";
import { findProperty, matchPattern } from "../../../compiler/schema/property-lookup.ts";

describe("looking up a type", () => {
  test.each(["netcat", "NETCAT", "NetCat"])("%s is an alias, in any case", (type) => {
    expect(lookUp("source", type)).toMatchObject({ found: "definition", by: "alias" });
  });

  test("a class name counts to the letter", () => {
    const className = "org.apache.flume.sink.NullSink";
    expect(lookUp("sink", className)).toEqual({ found: "definition", definition: nullSink, by: "class" });
    expect(lookUp("sink", "Org.Apache.Flume.Sink.NullSink")).toMatchObject({
      found: "wrong-case",
      className,
    });
  });

  test("an interceptor's class is its builder", () => {
    const className = "org.apache.flume.interceptor.TimestampInterceptor$Builder";
    expect(lookUp("interceptor", className)).toMatchObject({ found: "definition", by: "class" });
    expect(lookUp("interceptor", "org.apache.flume.interceptor.TimestampInterceptor")).toMatchObject({
      found: "missing-builder",
      className,
    });
  });

  test.each([
    ["sink", "hive"],
    ["source", "org.apache.flume.source.http.HTTPSource"],
    ["channel", "FILE"],
    ["selector", "load_balancing"],
  ] as const)("a %s called %s is Flume's, and its schema is still to come", (kind, type) => {
    expect(lookUp(kind, type).found).toBe("pending");
  });

  test("the kind matters: a netcat sink does not exist", () => {
    expect(lookUp("sink", "netcat").found).toBe("unknown");
  });

  test.each([
    ["source", "netcta", "netcat"],
    ["sink", "file-roll", "file_roll"],
    ["sink", "Kafka", "org.apache.flume.sink.kafka.KafkaSink"],
    ["sink", "KafkaSink", "org.apache.flume.sink.kafka.KafkaSink"],
    ["source", "__proto__", undefined],
  ] as const)("an unknown %s called %s: did you mean %s?", (kind, type, nearest) => {
    expect(lookUp(kind, type)).toEqual({ found: "unknown", nearest });
  });

  test("a class of somebody else is not an unknown name", () => {
    expect(lookUp("sink", "com.example.MySink")).toEqual({
      found: "custom-class",
      className: "com.example.MySink",
    });
  });

  test("a class that Flume never had is told from one of somebody else", () => {
    expect(lookUp("sink", "org.apache.flume.sink.KafkaSink")).toMatchObject({
      found: "no-such-flume-class",
      nearest: "org.apache.flume.sink.kafka.KafkaSink",
    });
    expect(lookUp("sink", "org.apache.flume.sink.NulSink")).toMatchObject({
      found: "no-such-flume-class",
      nearest: "org.apache.flume.sink.NullSink",
    });
  });

  test("no name stands for two components of a kind", () => {
    for (const kind of ["source", "channel", "sink", "interceptor", "selector", "serializer"] as const) {
      const names = namesOf(kind).map((name) => name.toLowerCase());
      expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    }
  });
});

describe("the nearest name", () => {
  const names = ["capacity", "transactionCapacity", "keep-alive", "bind", "sink.directory"];

  test.each([
    ["CAPACITY", "capacity"],
    ["transactioncapacity", "transactionCapacity"],
    ["keepAlive", "keep-alive"],
    ["capcaity", "capacity"],
    ["bnd", "bind"],
    ["xy", undefined],
    ["directory", undefined],
    ["", undefined],
  ])("to %j is %j", (name, nearest) => {
    expect(nearestName(name, names)).toBe(nearest);
  });

  test("counts a swap of neighbours as one slip", () => {
    expect(editDistance("chanenls", "channels")).toBe(1);
    expect(editDistance("kitten", "sitting")).toBe(3);
    expect(editDistance("kitten", "sitting", 2)).toBe(2);
  });

  test("of a hostile length is not worked out", () => {
    expect(editDistance("a".repeat(1e6), "b".repeat(1e6), 3)).toBe(3);
  });
});

describe("the name of a property", () => {
  test.each([
    ["kafka.producer.acks", "kafka.producer.acks"],
    ["kafka.producer.my.own", "kafka.producer.*"],
    ["header.x.y", "header.<flumeHeader>"],
    ["kafka.producer.", undefined],
    ["header.<flumeHeader>", "header.<flumeHeader>"],
    ["toString", undefined],
    ["__proto__", undefined],
  ])("%s is that of %s", (key, pattern) => {
    expect(findProperty(kafkaSink.properties, key)?.pattern).toBe(pattern);
  });

  test.each([
    ["headers.<group>.<header>", "headers.g1.my.header", ["g1", "my.header"]],
    ["serializers.<name>.type", "serializers.s1.type", ["s1"]],
    ["serializers.<name>.type", "serializers.s1.s2.type", undefined],
    ["serializers.<name>.type", "serializers..type", undefined],
    ["<sink>.type", "k1.type", ["k1"]],
    ["<sink>.*", "k1.hostname", ["k1", "hostname"]],
  ])("%s and %s", (pattern, key, captured) => {
    expect(matchPattern(pattern, key)).toEqual(captured);
  });
});
