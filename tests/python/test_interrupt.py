"""Long work ends soon after Ctrl-C, or when the progress function asks, and leaves everything usable."""
import _thread
import os
import signal
import threading
import time

from common import CIRCUITS, Case, hy, main, np

LONG = {"cycles": 2000, "points": 2000}  # a minute of work


class Interrupt(Case):
    def test_ctrl_c(self):
        device = hy.Model("stanford_rram")
        timer = threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT))
        timer.start()
        start = time.monotonic()
        with self.assertRaises(KeyboardInterrupt):
            hy.iv(device, "sine:1.5V,1kHz", **LONG)
        self.assertLess(time.monotonic() - start, 20)
        timer.join()
        self.assertGreater(len(hy.iv(device, "sine:1.5V,1kHz", cycles=1).i), 100)

    def test_ctrl_c_in_a_netlist(self):
        timer = threading.Timer(0.5, _thread.interrupt_main)
        timer.start()
        with self.assertRaises(KeyboardInterrupt):
            hy.sim("long\nv1 a 0 sin(0 1 1meg)\nr1 a b 1k\nc1 b 0 1n\n.tran 1n 1\n.end\n")
        timer.join()

    def test_ctrl_c_in_a_protocol(self):
        timer = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
        timer.start()
        with self.assertRaises(KeyboardInterrupt):
            hy.char.potentiation("stanford_rram", up="1 V", down="-1 V", width="1 ms", pulses=20000, cycles=20)
        timer.join()

    def test_progress_is_told_and_may_stop(self):
        told = []

        def stop_early(done):
            told.append(done)
            return done > 0.01

        with self.assertRaises(hy.Cancelled):
            hy.iv("stanford_rram", "sine:1.5V,1kHz", progress=stop_early, **LONG)
        self.assertTrue(all(0 <= done <= 1 for done in told))
        self.assertLess(told[-1], 0.5)

    def test_what_goes_wrong_in_it_comes_out(self):
        with self.assertRaises(ZeroDivisionError):
            hy.iv("stanford_rram", "sine:1.5V,1kHz", progress=lambda done: 1 / 0, **LONG)

    def test_of_netlists_it_gets_the_analysis(self):
        told = []
        hy.sim(CIRCUITS / "pearson_anson_vo2.cir", progress=lambda what, done: told.append((what, done)) and None)
        self.assertTrue(all(isinstance(what, str) and 0 <= done <= 1 for what, done in told))


class Threads(Case):
    def test_devices_run_in_threads_of_their_own(self):
        wanted = hy.iv("yakopcic", "sine:1V,10Hz").i.copy()
        device, found = hy.Model("yakopcic"), []

        def work(own):
            for _ in range(5):
                found.append(hy.iv(device if own else "yakopcic", "sine:1V,10Hz").i)

        workers = [threading.Thread(target=work, args=(k % 2 == 0,)) for k in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        self.assertEqual(len(found), 20)
        for i in found:
            self.assertTrue(np.array_equal(i, wanted))


if __name__ == "__main__":
    main()
