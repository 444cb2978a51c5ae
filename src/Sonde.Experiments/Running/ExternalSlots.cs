namespace Sonde.Experiments.Running;

/// <summary>Lets a limited number of commands run at the same time, whichever threads start them.</summary>
internal sealed class ExternalSlots(int count)
{
    private readonly object gate = new();
    private int free = count;

    public void Take()
    {
        lock (gate)
        {
            while (free == 0)
                Monitor.Wait(gate);
            free--;
        }
    }

    public void GiveBack()
    {
        lock (gate)
        {
            free++;
            Monitor.Pulse(gate);
        }
    }
}
