"""hysteron.network gives what the command line gives."""
from common import Case, command_json, hy, main, np


class Networks(Case):
    def setUp(self):
        super().setUp()
        rng = np.random.default_rng(1)
        labels = np.arange(240) * 7 % 3
        x = rng.random((240, 5)) * 1.5
        for k, label in enumerate(labels):
            x[k, label::3] += 1
        self.data = self.folder / "data.csv"
        np.savetxt(self.data, np.column_stack([x, labels]), fmt="%.6g", delimiter=",")

    def test_a_synapse(self):
        s = hy.network.synapse("vteam")
        self.assertEqual(s.name, "vteam")
        self.assertGreater(s.numbers["g_max"], 10 * s.numbers["g_min"])
        self.assertEqual(s.tables["up_mean"].shape, s.x.shape)
        self.assertTrue((s.tables["down_mean"] <= 0).all() and s.remarks)
        again = hy.network.synapse("vteam", up=s.pulses["up"], down=s.pulses["down"], read=s.pulses["read"])
        self.assertAlmostEqual(again.pulses["up"].voltage, s.pulses["up"].voltage)

    def test_the_same_numbers_as_the_command_line(self):
        mine = hy.network.accuracy("vteam", data=self.data, net="5-8-3", seeds=2, epochs=3, adc=6, dac=6,
                                   wire="20 ohm", exact=4, sweeps={"stuck-off": [0, "10%"], "time": ["1 s", "1 year"]})
        told = command_json("network", "accuracy", "--device", "vteam", "--data", self.data, "--net", "5-8-3",
                            "--seeds", 2, "--epochs", 3, "--adc", 6, "--dac", 6, "--rwire", "20ohm", "--exact", 4,
                            "--sweep", "stuck-off=0,10%", "--sweep", "time=1s,1year")
        self.assertSameBits(mine.accuracies, told["accuracies"])
        self.assertSameBits(mine.energy, told["energy_per_inference_J"])
        self.assertSameBits(mine.latency, told["latency_s"])
        self.assertSameBits(mine.confusion, told["confusion"])
        self.assertSameBits([p.accuracy for p in mine.sweeps["stuck-off"]],
                            [p["accuracy"] for p in told["sweeps"]["stuck-off"]])
        self.assertSameBits(mine.agreement, [e["agreement"] for e in told["against_exact"]])
        self.assertEqual(mine.confusion.sum(), 2 * 48)

    def test_a_file(self):
        path = self.folder / "x.yaml"
        path.write_text("network: 5-8-3\ndata: {name: data.csv}\nseeds: 1\n")
        self.assertSameBits(hy.network.run(path).accuracy, command_json("network", "run", path)["accuracy"])

    def test_a_file_of_spikes(self):
        path = self.folder / "spikes.yaml"
        path.write_text("network: 5-8-3\ndata: {name: data.csv}\nseeds: 2\ntraining: {epochs: 3}\n"
                        "spiking: {steps: 20, at: [5, 10], neuron_energy: 1pJ}\ndevice: {model: vteam}\n"
                        "times: [1s, 1year]\n")
        mine, told = hy.network.run(path), command_json("network", "run", path)
        self.assertSameBits(mine.accuracy, told["accuracy"])
        self.assertSameBits([p.accuracy for p in mine.steps], [p["accuracy"] for p in told["steps"]])
        self.assertSameBits([p.value for p in mine.times], [1, 31557600])
        self.assertSameBits(mine.energy, told["energy_per_inference_J"])
        path.write_text("data: {name: data.csv}\nspiking: {training: stdp, neurons: 4, steps: 50}\n")
        mine, told = hy.network.run(path), command_json("network", "run", path)
        self.assertSameBits(mine.accuracy, told["accuracy"])
        self.assertTrue(np.isnan(mine.software_accuracy) and mine.spikes > 0)

    def test_a_seed_is_a_whole_number(self):
        s = hy.network.synapse("vteam", spread={"Ron": "lognormal 0.1"}, seed=3)
        again = hy.network.synapse("vteam", spread={"Ron": "lognormal 0.1"}, seed=3)
        other = hy.network.synapse("vteam", spread={"Ron": "lognormal 0.1"}, seed=4)
        self.assertSameBits(s.tables["program_sd"], again.tables["program_sd"])
        self.assertNotEqual(s.numbers["device_sd"], other.numbers["device_sd"])
        with self.assertRaisesRegex(hy.ArgumentError, "seed"):
            hy.network.synapse("vteam", seed=-1)

    def test_a_measurement(self):
        up = np.linspace(1e-6, 1e-5, 101)
        np.savetxt(self.folder / "pulses.csv", np.concatenate([up, up[::-1]]), header="g", comments="", fmt="%.6e")
        s = hy.network.synapse(measured=self.folder / "pulses.csv")
        self.assertAlmostEqual(s.numbers["g_max"], 1e-5, delta=5e-7)
        self.assertAlmostEqual(s.tables["up_mean"][16], 0.01, delta=1e-3)

    def test_what_cannot_be_is_told(self):
        for wrong, message in (({"training": "best"}, "offline"), ({"fidelity": "lineer"}, "did you mean 'linear'"),
                               ({"sweeps": {"tme": [1]}}, "time"), ({"wir": 3}, "no 'wir'")):
            with self.assertRaisesRegex(hy.ArgumentError, message):
                hy.network.accuracy(data=self.data, net="5-8-3", **wrong)
        with self.assertRaisesRegex(hy.HysteronError, "6 inputs"):
            hy.network.accuracy(data=self.data, net="6-3")


if __name__ == "__main__":
    main()
